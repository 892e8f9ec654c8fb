# BUILD_ROOT_MODE = "installed": the recipe's root is made like any other, with the scripts of all packages: for what is built
# with the help of alternatives, catalogues and caches. It takes about as long as the root of BUILD_ROOT, once for these packages.

inherit bootstrap-settings

BUILD_ROOT_KIND = "own"
BOOTSTRAP_ARCH = "${@d.getVarFlag('DISTRO_ARCH', d.getVar('BUILD_ARCH' if d.getVar('BUILD_MODE_CLASS') else 'TARGET_ARCH')) or ''}"
LOCK_BASE_ROOT:task-fetch-build-root = ""

do_bootstrap_build_root[builtin] = "bootstrap"
do_bootstrap_build_root[lock-root] = "${BUILD_ROOT} ${PN}"
do_bootstrap_build_root[sstate-outputdirs] = "${TMPDIR}/bootstrap/${PN}"
addtask bootstrap_build_root after do_fetch_build_root

UNPACK_ROOT_DIR = "${ROOTS_DIR}/${BUILD_ROOT_NAME}"
do_prepare_build_root[builtin] = "unpack-root"
do_prepare_build_root[lock-root] = ""
do_prepare_build_root[depends] = "${PN}:do_bootstrap_build_root"
