SUMMARY = "What shell tasks see as /: compiler, make and the usual tools, all of locked packages"
LICENSE = "Apache-2.0"

inherit tool-root

BOOTSTRAP_PACKAGES = "${BUILD_ESSENTIAL_PACKAGES} ${BUILD_ROOT_CROSS_PACKAGES}"
# Of the machine that builds, with what builds for the other one; or of the other one, whose programs are emulated.
BUILD_ROOT_CROSS_PACKAGES = "${@d.getVar('CROSS_BUILD_PACKAGES') or '' if d.getVar('BUILD_MODE_CLASS') else ''}"
BOOTSTRAP_ARCH = "${@d.getVarFlag('DISTRO_ARCH', d.getVar('BUILD_ARCH' if d.getVar('BUILD_MODE_CLASS') else 'TARGET_ARCH')) or ''}"

RECIPE_SKIP[build-root] = "${BUILD_ROOT_NOTE}"
