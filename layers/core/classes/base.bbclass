# The tasks of every recipe. Steps that are the same everywhere are built-in; build-system classes fill the others.

# Shell tasks run in a sandbox over this root of locked packages.
BUILD_ROOT ?= "build-root"
SANDBOX_ROOT = "${TMPDIR}/roots/${BUILD_ROOT}"
BB_DEFAULT_TASK ?= "build"

do_fetch[builtin] = "fetch"
do_fetch[network] = "1"
addtask fetch

do_unpack[builtin] = "unpack"
do_unpack[dirs] = "${WORKDIR}"
addtask unpack after do_fetch

do_patch[builtin] = "patch"
do_patch[dirs] = "${WORKDIR}"
addtask patch after do_unpack

do_prepare_recipe_sysroot[builtin] = "recipe-sysroot"
do_prepare_recipe_sysroot[recdeptask] = "do_populate_sysroot"
addtask prepare_recipe_sysroot

do_configure() {
    :
}
do_configure[dirs] = "${B}"
do_configure[depends] = "${BUILD_ROOT}:do_unpack_root"
addtask configure after do_patch do_prepare_recipe_sysroot

do_compile() {
    :
}
do_compile[dirs] = "${B}"
do_compile[depends] = "${BUILD_ROOT}:do_unpack_root"
addtask compile after do_configure

do_install() {
    :
}
do_install[dirs] = "${D} ${B}"
do_install[cleandirs] = "${D}"
do_install[umask] = "022"
do_install[depends] = "${BUILD_ROOT}:do_unpack_root"
addtask install after do_compile

# What recipes that name this one in DEPENDS get to see.
SYSROOT_DIRS ?= "${includedir} ${libdir} ${exec_prefix}/lib ${datadir}/pkgconfig ${datadir}/aclocal"
SYSROOT_DIRS_IGNORE ?= "${docdir} ${mandir} ${infodir}"
do_populate_sysroot[builtin] = "populate-sysroot"
do_populate_sysroot[sstate-outputdirs] = "${SYSROOT_DESTDIR}"
addtask populate_sysroot after do_install

do_build[noexec] = "1"
addtask build after do_populate_sysroot

# Runs make over the recipe's sources with the settings of the configuration.
oe_runmake() {
    make ${PARALLEL_MAKE} ${EXTRA_OEMAKE} "$@"
}
EXTRA_OEMAKE ??= ""
