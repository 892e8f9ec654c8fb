SUMMARY = "StarlingX fault management client library"
DESCRIPTION = "Programs raise, clear and change alarms through it; with a command and a Python module over the same library."
SECTION = "libs"

require recipes-fault/fault-source.inc
LIC_FILES_CHKSUM = "file://LICENSE;md5=3b83ef96387f14655fc854ddc3c6bd57"

VENDOR_DEPENDS = "pkg:c++-compiler pc:libpq pc:uuid pc:json-c pkg:python3-dev"

FLOCK_SUBPATH = "fm-common/sources"

inherit setuptools3 flock-makefile flock-package

# The Makefile would ask the system that it runs on for the folders of libpq and Python.
FLOCK_HEADER_PACKAGES = "libpq python3"
MAKE_VARS = "INCLUDES=-I./ LDLIBS='-lstdc++ -lrt -luuid -lpq -lpthread -ljson-c -lpython${PYTHON_BASEVERSION}'"
MAKE_INSTALL_VARS = "LIBDIR=${libdir} INCDIR=${includedir} BINDIR=/usr/local/bin"

MAKE_TARGET = "build"

SETUPTOOLS_SETUP_PATH = "${B}"
PYTHON_WHEEL = "1"
# The module is compiled.
PYTHON_SITEPACKAGES_DIR:rhel = "${libdir}/python${PYTHON_BASEVERSION}/site-packages"

do_compile() {
    flock_makefile_do_compile
    setuptools3_do_compile
}

do_install() {
    flock_makefile_do_install
    setuptools3_do_install
    # A module beside the scripts that import it.
    chmod 0644 "${D}/usr/local/bin/fm_log.py"
}

PACKAGES =+ "${PN}-doc"
FILES:${PN}-doc = "/opt/deploy/cgcs_doc"
FILES:${PN}:append = " /usr/local/bin"

PACKAGE_LINTIAN_OVERRIDES:${PN}-doc = "dir-or-file-in-opt * # the tools that make the documentation look there"
