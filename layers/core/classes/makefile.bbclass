# Builds software whose Makefile has no configure step. Settings of the configuration come with the environment; what the
# Makefile sets itself is overruled on the command line by MAKE_VARS, at installation also by MAKE_INSTALL_VARS.

MAKE_DIRECTORY ?= "${S}"
MAKE_TARGET ?= ""
MAKE_VARS ?= ""
MAKE_INSTALL_TARGET ?= "install"
MAKE_INSTALL_VARS ?= ""

do_compile() {
    oe_runmake -C "${MAKE_DIRECTORY}" ${MAKE_VARS} ${MAKE_TARGET}
}

do_install() {
    oe_runmake -C "${MAKE_DIRECTORY}" ${MAKE_VARS} DESTDIR="${D}" ${MAKE_INSTALL_VARS} ${MAKE_INSTALL_TARGET}
}
