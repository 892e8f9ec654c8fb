# Builds software whose Makefile has no configure step. Settings of the configuration come with the environment; what the
# Makefile sets itself is overruled on the command line by MAKE_VARS, at installation also by MAKE_INSTALL_VARS.
#
# The sources are copied into B each time: make looks at times alone, and would keep what other flags have made. A recipe
# whose sources are WORKDIR itself builds there.

B = "${@d.getVar('S') if d.getVar('S') == d.getVar('WORKDIR') else d.getVar('WORKDIR') + '/build'}"
MAKE_DIRECTORY ?= "${B}"
MAKE_TARGET ?= ""
MAKE_VARS ?= ""
MAKE_INSTALL_TARGET ?= "install"
MAKE_INSTALL_VARS ?= ""

makefile_sources() {
    if [ "${B}" != "${S}" ]; then
        cp -a "${S}/." "${B}/"
    fi
}

makefile_do_compile() {
    makefile_sources
    oe_runmake -C "${MAKE_DIRECTORY}" ${MAKE_VARS} ${MAKE_TARGET}
}

do_compile() {
    makefile_do_compile
}
do_compile[cleandirs] = "${@d.getVar('B') if d.getVar('B') != d.getVar('S') else ''}"

makefile_do_install() {
    oe_runmake -C "${MAKE_DIRECTORY}" ${MAKE_VARS} DESTDIR="${D}" ${MAKE_INSTALL_VARS} ${MAKE_INSTALL_TARGET}
}

do_install() {
    makefile_do_install
}
