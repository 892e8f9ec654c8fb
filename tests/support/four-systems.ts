import { toyLayer } from './test-project.ts';

/** The systems of `fourSystems`, in the order of ALL_OS. */
export const systems = ['red', 'green', 'blue', 'grey'];

/**
 * The toy layer with four systems, none of which BBMULTICONFIG names. `tool` is the same for all; `app`, which needs it, and
 * `other`, which needs nothing, differ; `odd` is for two of them; `grey` has no kernel `rt`.
 */
export const fourSystems: Readonly<Record<string, string>> = {
  ...toyLayer,
  'meta-toy/conf/bitbake.conf': `${toyLayer['meta-toy/conf/bitbake.conf']?.replace(
    '"${TOPDIR}/tmp"',
    `"\${TOPDIR}/tmp\${@'-' + d.getVar('BB_CURRENT_MC') if d.getVar('BB_CURRENT_MC') else ''}"`,
  )}include conf/multiconfig/\${BB_CURRENT_MC}.conf
DISTRO ??= "plain"
KERNEL_VARIANTS = "std rt"
KERNEL_VARIANT ??= "std"
KERNEL_PACKAGE[std] = "linux"
OVERRIDES = "\${DISTRO}:pn-\${PN}"
OS_CONTRACT[KERNEL_PACKAGE] = "required table of KERNEL_VARIANTS: the kernel"
OS_REASON[KERNEL_PACKAGE] = "NO_KERNEL"
OS_SELECTOR[KERNEL_VARIANT] = "KERNEL_PACKAGE"
COMPATIBLE_WITH[COMPATIBLE_DISTRO] = "\${DISTRO}"
ALL_OS ?= "${systems.join(' ')}"
KERNEL_PACKAGE[rt] = "linux-rt"
include conf/kernels-of-\${DISTRO}.conf
`,
  'meta-toy/conf/kernels-of-grey.conf': 'KERNEL_PACKAGE[rt] = ""\nNO_KERNEL[rt] = "nobody makes one"\n',
  ...Object.fromEntries(systems.map((name) => [`meta-toy/conf/multiconfig/${name}.conf`, `DISTRO = "${name}"\n`])),
  'meta-toy/recipes/tool/tool_1.0.bb': 'SRC_URI = "file://tool.txt"\ndo_compile() {\n    cp tool.txt result\n}\n',
  'meta-toy/recipes/tool/files/tool.txt': 'the tool\n',
  'meta-toy/recipes/app/app_1.0.bb': `DEPENDS = "tool"
SRC_URI = "file://app.txt"
do_compile() {
    cat app.txt "\${TMPDIR}/out/tool/result" > result
    echo "for \${DISTRO}" >> result
}
`,
  'meta-toy/recipes/app/files/app.txt': 'the app\n',
  'meta-toy/recipes/other/other_1.0.bb': 'do_compile() {\n    echo "${DISTRO}" > result\n}\n',
  'meta-toy/recipes/odd/odd_1.0.bb':
    'COMPATIBLE_DISTRO = "red|green"\nSKIP_REASON = "it is odd"\ndo_compile() {\n    echo "${DISTRO}" > result\n}\n',
};
