import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** How large a generated tree is; the defaults are those of the bench. */
export interface CorpusSize {
  readonly recipes: number;
  readonly classes: number;
  readonly configurationLines: number;
  /** Inline expressions that reading one recipe evaluates. */
  readonly expressions: number;
}

/** The size that the bench's aims are stated for. */
export const fullSize: CorpusSize = { recipes: 1000, classes: 60, configurationLines: 400, expressions: 200 };

/** Writes a build directory `build` with two layers, the same bytes each time. Both our engine and BitBake read it. */
export function writeCorpus(root: string, size: CorpusSize = fullSize): void {
  const files = new Map<string, string>();
  writeConfiguration(files, root, size);
  for (let number = 0; number < size.classes; number++) writeClass(files, number, size);
  for (let number = 0; number < size.recipes; number++) writeRecipe(files, number, size);
  for (const [name, text] of files) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

const features = Array.from({ length: 40 }, (_, index) => `feature-${index}`);
const areas = ['base', 'core', 'devel', 'extended', 'graphics', 'kernel', 'multimedia', 'net', 'support', 'tools'];

/** A number below `limit` that depends on nothing but the arguments. */
function pick(limit: number, ...seed: readonly number[]): number {
  let hash = 2_166_136_261;
  for (const each of seed) hash = Math.imul(hash ^ each, 16_777_619) ^ (hash >>> 13);
  return (hash >>> 0) % limit;
}

function feature(...seed: readonly number[]): string {
  return features[pick(features.length, ...seed)] ?? '';
}

/** Expressions of the kinds that real layers hold most of. */
const expressionKinds: readonly ((name: string, seed: number) => string)[] = [
  (name, seed) => `\${@bb.utils.contains('DISTRO_FEATURES', '${feature(seed)}', '${name}', '', d)}`,
  (name, seed) => `\${@bb.utils.contains('MACHINE_FEATURES', '${feature(seed, 1)}', '', '${name}', d)}`,
  (name, seed) =>
    `\${@bb.utils.contains_any('DISTRO_FEATURES', '${feature(seed, 2)} ${feature(seed, 3)}', '${name}', '', d)}`,
  (name, seed) => `\${@'${name}' if d.getVar('CORPUS_SETTING_${pick(200, seed)}') == 'on' else ''}`,
  (name, seed) => `\${@(d.getVar('CORPUS_LIST_${pick(40, seed)}') or '').split()[:1] and '${name}' or ''}`,
  (name) => `\${@'${name}'.replace('_', '-').lower()}`,
  (name, seed) =>
    `\${@' '.join(['${name}'] + [x for x in '${feature(seed)} ${feature(seed, 4)}'.split() if x.endswith('99')])}`,
  (name) => `\${@bb.utils.filter('DISTRO_FEATURES', '${name}', d)}`,
];

function expression(name: string, seed: number): string {
  return expressionKinds[pick(expressionKinds.length, seed, 7)]?.(name, seed) ?? '';
}

/** A dependency on an earlier recipe: no circles. */
function earlier(number: number, seed: number): string {
  return `corpus-${pick(Math.max(1, number), number, seed)}`;
}

const baseExpressions = 60;
const inheritedClasses = 8;

/** What is left for each of the inherited classes and for the recipe itself. */
function shares(size: CorpusSize): { readonly perClass: number; readonly perRecipe: number } {
  const rest = Math.max(0, size.expressions - baseExpressions);
  const perClass = Math.floor((rest * 0.7) / inheritedClasses);
  return { perClass, perRecipe: rest - perClass * inheritedClasses };
}

function writeConfiguration(files: Map<string, string>, root: string, size: CorpusSize): void {
  files.set(
    'build/conf/bblayers.conf',
    `BBPATH = "\${TOPDIR}"\nBBFILES ?= ""\nBBLAYERS ?= "${root}/layer-core ${root}/layer-extra"\n`,
  );
  files.set('layer-core/conf/layer.conf', layerConfiguration('corpus', 5));
  files.set('layer-extra/conf/layer.conf', layerConfiguration('extra', 7));
  files.set('layer-core/conf/bitbake.conf', bitbakeConf());
  const rest = Math.max(0, size.configurationLines - bitbakeConf().split('\n').length);
  const settings = Array.from({ length: rest }, (_, number) => setting(number));
  const part = Math.ceil(rest / 3);
  files.set('layer-core/conf/distro/corpus.conf', `${settings.slice(0, part).join('\n')}\n`);
  files.set('layer-core/conf/machine/board.conf', `${settings.slice(part, part * 2).join('\n')}\n`);
  files.set('build/conf/local.conf', `MACHINE = "board"\n${settings.slice(part * 2).join('\n')}\n`);
}

function setting(number: number): string {
  const kinds = [
    () => `CORPUS_SETTING_${number} ?= "${pick(2, number) === 0 ? 'on' : 'off'}"`,
    () => `CORPUS_SETTING_${number}:board = "on"`,
    () => `CORPUS_SETTING_${number} = "\${CORPUS_SETTING_${Math.max(0, number - 7)}}"`,
    () => `PREFERRED_VERSION_corpus-${number} ?= "1.${number % 9}"`,
    () => `CORPUS_LIST_${number % 40}:append = " \${MACHINE}-${number}"`,
    () => `CORPUS_LIST_${number % 40} += "word-${number}"`,
    () => `CFLAGS:append:corpus-${number} = " -O${number % 3}"`,
    () => `LICENSE_FLAGS:pn-corpus-${number} = "commercial"`,
  ];
  return kinds[number % kinds.length]?.() ?? '';
}

function layerConfiguration(name: string, priority: number): string {
  return `BBPATH .= ":\${LAYERDIR}"
BBFILES += "\${LAYERDIR}/recipes-*/*/*.bb \${LAYERDIR}/recipes-*/*/*.bbappend"
BBFILE_COLLECTIONS += "${name}"
BBFILE_PATTERN_${name} = "^\${LAYERDIR}/"
BBFILE_PRIORITY_${name} = "${priority}"
LAYERSERIES_COMPAT_${name} = "corpus"
${name === 'corpus' ? 'LAYERSERIES_CORENAMES = "corpus"\n' : ''}`;
}

function bitbakeConf(): string {
  const base = Array.from(
    { length: baseExpressions - 6 },
    (_, number) => `BASE_DEPENDS_${number} = "${expression(`corpus-${number % 5}`, number)}"`,
  );
  const all = base.map((_, number) => `\${BASE_DEPENDS_${number}}`).join(' ');
  return `PN = "\${@bb.parse.vars_from_file(d.getVar('FILE', False), d)[0] or 'defaultpkgname'}"
PV = "\${@bb.parse.vars_from_file(d.getVar('FILE', False), d)[1] or '1.0'}"
PR = "\${@bb.parse.vars_from_file(d.getVar('FILE', False), d)[2] or 'r0'}"
PE = ""
PF = "\${PN}-\${PV}-\${PR}"
P = "\${PN}-\${PV}"
BP = "\${BPN}-\${PV}"
BPN = "\${@d.getVar('PN').replace('-native', '')}"
FILE_DIRNAME = "\${@os.path.dirname(d.getVar('FILE', False))}"
TMPDIR = "\${TOPDIR}/tmp"
CACHE = "\${TMPDIR}/cache"
PERSISTENT_DIR = "\${TOPDIR}/cache"
WORKDIR = "\${TMPDIR}/work/\${PF}"
T = "\${WORKDIR}/temp"
S = "\${WORKDIR}/\${BP}"
B = "\${S}"
D = "\${WORKDIR}/image"
STAMP = "\${TMPDIR}/stamps/\${PF}"
STAMPS_DIR = "\${TMPDIR}/stamps"
DL_DIR = "\${TOPDIR}/downloads"
SSTATE_DIR = "\${TOPDIR}/sstate"
DEPLOY_DIR = "\${TMPDIR}/deploy"
BB_SIGNATURE_HANDLER = "basic"
bindir = "/usr/bin"
libdir = "/usr/lib"
includedir = "/usr/include"
sysconfdir = "/etc"
datadir = "/usr/share"
DISTRO = "corpus"
MACHINE ??= "board"
TARGET_ARCH = "x86_64"
DISTRO_FEATURES = "${features.filter((_, index) => index % 3 !== 0).join(' ')}"
MACHINE_FEATURES = "${features.filter((_, index) => index % 4 === 1).join(' ')}"
DISTRO_FEATURES:append:board = " feature-board"
OVERRIDES = "\${TARGET_ARCH}:\${MACHINE}:\${DISTRO}:pn-\${PN}\${CLASSOVERRIDE}"
CLASSOVERRIDE ?= "\${@':corpus-extra' if 'feature-1' in d.getVar('DISTRO_FEATURES').split() else ''}"
CFLAGS = "-O2 -pipe"
LDFLAGS = "-Wl,-O1"
export CFLAGS
export LDFLAGS
PACKAGES = "\${PN}-dbg \${PN}-dev \${PN}-doc \${PN}"
FILES:\${PN} = "\${bindir}/* \${libdir}/lib*.so.* \${sysconfdir}"
FILES:\${PN}-dev = "\${includedir} \${libdir}/lib*.so"
FILES:\${PN}-doc = "\${datadir}/doc"
FILES:\${PN}-dbg = "\${libdir}/debug"
RDEPENDS:\${PN}-dev = "\${PN} (= \${PV}-\${PR})"
RRECOMMENDS:\${PN}-dbg = "\${PN}"
SUMMARY ?= "\${PN} version \${PV}"
SRC_URI ??= ""
BASEDEPENDS = "${all}"
DEPENDS = ""
DEPENDS:prepend = "\${BASEDEPENDS} "
${base.join('\n')}
require conf/machine/\${MACHINE}.conf
require conf/distro/\${DISTRO}.conf
include conf/local.conf
`;
}

function writeClass(files: Map<string, string>, number: number, size: CorpusSize): void {
  const { perClass } = shares(size);
  const name = `corpus_${number}`;
  const expressions = Array.from(
    { length: perClass },
    (_, each) => `CLASS_${number}_${each} = "${expression(`corpus-${each}`, number * 100 + each)}"`,
  );
  const used = expressions.map((_, each) => `\${CLASS_${number}_${each}}`).join(' ');
  files.set(
    `layer-core/${classFolder(number)}/${name}.bbclass`,
    `# class ${number}
${expressions.join('\n')}
DEPENDS:append = " ${used}"
EXTRA_OECONF_${number} ?= "--prefix=\${bindir} --with-\${BPN}"
CFLAGS:append = " -DCLASS_${number}"
PACKAGES:prepend:never = "\${PN}-${name} "
FILES:\${PN}-${name} = "\${libdir}/${name}/*"

${name}_do_configure() {
    cd \${B}
    ./configure \${EXTRA_OECONF_${number}} --libdir=\${libdir}
    if [ -n "\${CLASS_${number}_0}" ]; then
        echo "configured \${PN} by ${name}"
    fi
}

${name}_do_step_${number}() {
    install -d \${D}\${bindir}
    for each in \${S}/*; do
        install -m 0644 $each \${D}\${bindir}
    done
}

do_step_${number}[dirs] = "\${B}"
do_step_${number}[depends] += "corpus-0:do_build"
addtask step_${number} after do_compile before do_build
EXPORT_FUNCTIONS do_step_${number}
`,
  );
  if (number === 0) files.set('layer-core/classes/base.bbclass', baseClass);
}

function classFolder(number: number): string {
  return number % 4 === 3 ? 'classes-recipe' : 'classes';
}

const baseClass = `do_fetch() {
    :
}
do_unpack() {
    :
}
do_configure() {
    :
}
do_compile() {
    oe_runmake all
}
do_install() {
    oe_runmake install DESTDIR=\${D}
}
do_build() {
    :
}
oe_runmake() {
    make -C \${B} "$@"
}
do_configure[deptask] = "do_install"
do_build[noexec] = "1"
addtask fetch
addtask unpack after do_fetch
addtask configure after do_unpack
addtask compile after do_configure
addtask install after do_compile
addtask build after do_install
`;

function writeRecipe(files: Map<string, string>, number: number, size: CorpusSize): void {
  const { perRecipe } = shares(size);
  const name = `corpus-${number}`;
  const version = `1.${number % 9}`;
  const folder = `layer-core/recipes-${areas[number % areas.length]}/${name}`;
  const classes = Array.from(
    { length: inheritedClasses },
    (_, each) => `corpus_${pick(size.classes, number, each, 3)}`,
  );
  const own = Array.from(
    { length: perRecipe },
    (_, each) => `OWN_${each} = "${expression(earlier(number, each), number * 64 + each)}"`,
  );
  const used = own.map((_, each) => `\${OWN_${each}}`).join(' ');
  const common = `DESCRIPTION = "The corpus recipe \${PN}, \\
  whose description has \\
  three lines"
HOMEPAGE = "https://example.org/\${BPN}"
LICENSE = "Apache-2.0"
SECTION = "${areas[number % areas.length]}"
${own.join('\n')}
`;
  const shared = number % 4 === 0;
  if (shared) files.set(`${folder}/${name}.inc`, common);
  files.set(
    `${folder}/${name}_${version}.bb`,
    `SUMMARY = "Corpus recipe ${number}"
${shared ? `require ${name}.inc\n` : common}
SRC_URI = "https://example.org/\${BP}.tar.gz;name=main file://fix-${number}.patch"
SRC_URI[main.sha256sum] = "${'0123456789abcdef'.repeat(4)}"
DEPENDS = "${number > 0 ? earlier(number, 1) : ''} ${used}"
DEPENDS:append:board = " ${number > 0 ? earlier(number, 2) : ''}"
RDEPENDS:\${PN} += "${number > 0 ? earlier(number, 3) : ''}"
RPROVIDES:\${PN} = "virtual-\${PN}"
PROVIDES = "virtual/\${BPN}"

inherit ${[...new Set(classes)].join(' ')}

EXTRA_OECONF = "--disable-static --enable-${feature(number)}"
EXTRA_OECONF:append:x86_64 = " --with-sse"
EXTRA_OECONF:remove = "--disable-static"
CFLAGS:append:board = " -DRECIPE_${number}"

do_install:append() {
    install -d \${D}\${sysconfdir}
    install -m 0644 \${S}/${name}.conf \${D}\${sysconfdir}/
    rm -f \${D}\${libdir}/*.la
}

do_compile() {
    cd \${S}
    oe_runmake CFLAGS="\${CFLAGS}" LDFLAGS="\${LDFLAGS}" ${name}
}
`,
  );
  if (number % 8 === 0) {
    files.set(
      `layer-extra/recipes-${areas[number % areas.length]}/${name}/${name}_%.bbappend`,
      `EXTRA_OECONF:append = " --extra"\nDEPENDS:append = " ${number > 0 ? earlier(number, 4) : ''}"\nPR = "r1"\n`,
    );
  }
}
