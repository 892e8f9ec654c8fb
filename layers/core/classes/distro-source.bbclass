# A source package of the vendor, built by its own rules in a root of locked packages that holds its build dependencies, with
# changes of ours: it takes the place of the vendor's packages. SRC_URI names it: `distro://NAME` (the lock says which), or
# a `.dsc` or `.src.rpm` with its sha256sum. Two series of patches, each looked up along FILESPATH and its override folders:
#   PKGMETA_URI   of the packaging
#   SRC_URI       of the source: they join those that the package has itself
# The packages of PACKAGES are taken, with a version that VERSION_SUFFIX makes higher than the vendor's. docs/sources.md.

BUILD_ROOT = "source-build-root"
# The lock has its build dependencies, chosen by DEB_BUILD_PROFILES: what the root lacks of them is laid over it.
BUILD_ROOT_WANTED = "1"
PKGMETA_URI ??= ""
SRC_URI:append = " ${@' '.join(entry + ';pkgmeta=1' for entry in (d.getVar('PKGMETA_URI') or '').split())}"
VERSION_SUFFIX ??= "+stx1"
MAINTAINER ??= "Unknown maintainer <unknown@localhost>"
PACKAGES ?= "${PN}"

# As unpacked and patched, and where it is built.
S = "${WORKDIR}/source"
SOURCE_BUILD_DIR = "${WORKDIR}/build"

DISTRO_SOURCE_ROOT = "${@d.getVar('PN') if 'distro://' in (d.getVar('SRC_URI') or '') else ''}"
do_fetch[lock-root] = "${DISTRO_SOURCE_ROOT}"
do_unpack[lock-root] = "${DISTRO_SOURCE_ROOT}"

# The package says itself how it is compiled.
CFLAGS[unexport] = "1"
CXXFLAGS[unexport] = "1"
CPPFLAGS[unexport] = "1"
LDFLAGS[unexport] = "1"
PKG_CONFIG_PATH[unexport] = "1"

do_unpack_source[dirs] = "${WORKDIR}"
# What comes behind VERSION_SUFFIX: empty, or a file with the number and the mark of its content.
SOURCE_REVISION_FILE ??= ""
inherit_defer ${@'distro-source-external' if d.getVar('EXTERNALSRC') else ''}
do_unpack_source[depends] = "${BUILD_ROOT_TASK}"
addtask unpack_source after do_unpack

do_patch_packaging[builtin] = "patch"
do_patch_packaging[dirs] = "${WORKDIR}"
PATCH_SET = "source"
PATCH_SET:task-patch-packaging = "packaging"
addtask patch_packaging after do_unpack_source before do_patch

inherit distro-source_${PACKAGE_FAMILY}

# LICENSE as the value of a JSON text.
distro_source_license() {
    sed 's/[\\"]/\\&/g' <<'END_OF_LICENSE'
${LICENSE}
END_OF_LICENSE
}

# Prints what the version of the vendor's packages gets.
distro_source_suffix() {
    printf '%s' "${VERSION_SUFFIX}"
    if [ -n "${SOURCE_REVISION_FILE}" ]; then
        cat "${SOURCE_REVISION_FILE}"
    fi
}
