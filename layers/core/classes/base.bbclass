# The tasks of every recipe. Steps that are the same everywhere are built-in; build-system classes fill the others.

inherit os-contract

# Shell tasks run in a sandbox over a root of locked packages.
inherit build-root ${BUILD_MODE_CLASS}
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
do_configure[depends] = "${BUILD_ROOT_TASK}"
addtask configure after do_patch do_prepare_recipe_sysroot

do_compile() {
    :
}
do_compile[dirs] = "${B}"
do_compile[depends] = "${BUILD_ROOT_TASK}"
addtask compile after do_configure

do_install() {
    :
}
do_install[dirs] = "${D} ${B}"
do_install[cleandirs] = "${D}"
do_install[umask] = "022"
do_install[depends] = "${BUILD_ROOT_TASK}"
addtask install after do_compile

# What recipes that name this one in DEPENDS get to see.
SYSROOT_DIRS ?= "${includedir} ${libdir} ${exec_prefix}/lib ${datadir}/pkgconfig ${datadir}/aclocal"
SYSROOT_DIRS_IGNORE ?= "${docdir} ${mandir} ${infodir}"
do_populate_sysroot[builtin] = "populate-sysroot"
do_populate_sysroot[sstate-outputdirs] = "${SYSROOT_DESTDIR}"
addtask populate_sysroot after do_install

# `stx-bake -c devshell RECIPE` opens a shell where this task would run.
do_devshell() {
    :
}
do_devshell[dirs] = "${S}"
do_devshell[nostamp] = "1"
do_devshell[depends] = "${BUILD_ROOT_TASK}"
addtask devshell after do_patch do_prepare_recipe_sysroot

# Each of these does what the one before does, and more. Their logs do not lie in what they remove.
do_clean[builtin] = "clean"
do_clean[dirs] = "${TMPDIR}"
do_clean[nostamp] = "1"
T:task-clean = "${TMPDIR}/log/clean/${PN}"
addtask clean

do_cleansstate[builtin] = "clean-sstate"
do_cleansstate[dirs] = "${TMPDIR}"
do_cleansstate[nostamp] = "1"
T:task-cleansstate = "${TMPDIR}/log/clean/${PN}"
addtask cleansstate after do_clean

do_cleanall[builtin] = "clean-downloads"
do_cleanall[dirs] = "${TMPDIR}"
do_cleanall[nostamp] = "1"
T:task-cleanall = "${TMPDIR}/log/clean/${PN}"
addtask cleanall after do_cleansstate

do_build[noexec] = "1"
addtask build after do_populate_sysroot

# Runs make over the recipe's sources with the settings of the configuration.
oe_runmake() {
    make ${PARALLEL_MAKE} ${EXTRA_OEMAKE} "$@"
}
EXTRA_OEMAKE ??= ""
