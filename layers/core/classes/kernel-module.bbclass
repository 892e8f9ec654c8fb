# Builds kernel modules outside of the kernel's tree, against the headers that the vendor has for its kernel. One recipe gives
# a package for each kernel: NAME for the kernel `std`, NAME-VARIANT for every further word of KERNEL_VARIANTS, whose layer has a
# class of that name. Where the system has no such kernel, asking for NAME-VARIANT tells the system's reason.

KERNEL_MODULE_VARIANT ?= "std"
BBCLASSEXTEND += "${@' '.join([each for each in (d.getVar('KERNEL_VARIANTS') or '').split() if each != 'std'])}"
BPN = "${@d.getVar('PN')[:-1 - len(d.getVar('KERNEL_MODULE_VARIANT'))] if d.getVar('KERNEL_MODULE_VARIANT') != 'std' else d.getVar('PN')}"
COMPATIBLE_WITH[KERNEL_MODULE_VARIANT] = "${DISTRO_KERNELS}"
SKIP_REASON ?= "${@d.getVarFlag('NO_KERNEL', d.getVar('KERNEL_MODULE_VARIANT')) or 'the system has no such kernel'}"

VENDOR_DEPENDS:append = " pkg:kernel-headers-${KERNEL_MODULE_VARIANT}"

# Where the modules' Kbuild or Makefile is; arguments of its make; the modules to install, without `.ko` (empty: all that
# are made); those that are loaded at boot.
KERNEL_MODULE_DIR ?= "${S}"
KERNEL_MODULE_MAKE_VARS ?= ""
KERNEL_MODULE_NAMES ?= ""
KERNEL_MODULE_AUTOLOAD ?= ""

# The release that the kernel of these headers calls itself.
kernel_module_release() {
    sed -n 's/^#define UTS_RELEASE "\(.*\)"/\1/p' "$1/include/generated/utsrelease.h"
}

# Prints the folder of the headers. Where there are several, the release says which kernel it is: `6.1.0-50-rt-amd64`,
# `5.14.0-570.x86_64+rt`.
kernel_module_headers() {
    found=
    for folder in /usr/src/kernels/* /usr/src/linux-headers-* /lib/modules/*/build; do
        if [ ! -e "$folder/include/generated/utsrelease.h" ]; then
            continue
        fi
        release=$(kernel_module_release "$folder")
        variant=std
        for word in ${KERNEL_VARIANTS}; do
            case "$release" in
            *[-+._]"$word"|*[-+._]"$word"[-+._]*) variant="$word" ;;
            esac
        done
        if [ "$variant" = "${KERNEL_MODULE_VARIANT}" ]; then
            found="$folder"
        fi
    done
    if [ -z "$found" ]; then
        echo "the build root holds no headers of the kernel ${KERNEL_MODULE_VARIANT}; KERNEL_HEADERS_PACKAGE names them" >&2
        return 1
    fi
    echo "$found"
}

# The kernel's own build has its own flags.
kernel_module_make() {
    env -u CFLAGS -u CPPFLAGS -u CXXFLAGS -u LDFLAGS make ${PARALLEL_MAKE} -C "$headers" M="${KERNEL_MODULE_DIR}" \
        KCFLAGS="-ffile-prefix-map=${WORKDIR}=${exec_prefix}/src/debug/${PN}" \
        KBUILD_BUILD_USER=stx KBUILD_BUILD_HOST=stx-bake "$@"
}

do_compile() {
    headers=$(kernel_module_headers)
    kernel_module_make ${KERNEL_MODULE_MAKE_VARS} modules
}

do_install() {
    headers=$(kernel_module_headers)
    release=$(kernel_module_release "$headers")
    folder="${D}${nonarch_libdir}/modules/$release/extra"
    install -d "$folder"
    if [ -n "${KERNEL_MODULE_NAMES}" ]; then
        for name in ${KERNEL_MODULE_NAMES}; do
            find "${KERNEL_MODULE_DIR}" -name "$name.ko" -exec install -m 0644 {} "$folder/" ';'
            if [ ! -e "$folder/$name.ko" ]; then
                echo "KERNEL_MODULE_NAMES: $name.ko was not made" >&2
                return 1
            fi
        done
    else
        find "${KERNEL_MODULE_DIR}" -name '*.ko' -exec install -m 0644 {} "$folder/" ';'
    fi
    ${STRIP} --strip-debug "$folder"/*.ko
    if [ -n "${KERNEL_MODULE_AUTOLOAD}" ]; then
        install -d "${D}${nonarch_libdir}/modules-load.d"
        printf '%s\n' ${KERNEL_MODULE_AUTOLOAD} > "${D}${nonarch_libdir}/modules-load.d/${PN}.conf"
    fi
}

PACKAGES = "${PN}"
FILES:${PN} = "${nonarch_libdir}/modules ${nonarch_libdir}/modules-load.d"
RDEPENDS:${PN} ?= "${@d.getVarFlag('KERNEL_PACKAGE', d.getVar('KERNEL_MODULE_VARIANT')) or ''} vendor:cmd:depmod"

# The kernel's list of modules is made anew.
pkg_postinst:${PN}() {
    for folder in ${nonarch_libdir}/modules/*; do
        if [ -e "$folder/modules.order" ]; then
            depmod -a "$(basename "$folder")" || :
        fi
    done
}
pkg_postrm:${PN}() {
    for folder in ${nonarch_libdir}/modules/*; do
        if [ -e "$folder/modules.order" ] && command -v depmod > /dev/null; then
            depmod -a "$(basename "$folder")" || :
        fi
    done
}
