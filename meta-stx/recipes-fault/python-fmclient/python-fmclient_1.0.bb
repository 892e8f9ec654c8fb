SUMMARY = "StarlingX fault management client"
DESCRIPTION = "The command fm and the Python module that it is made of ask the fault management service."
SECTION = "python"

require recipes-fault/fault-source.inc
LIC_FILES_CHKSUM = "file://LICENSE;md5=1dece7821bf3fd70fe1309eaa37d52a2"

FLOCK_SUBPATH = "python-fmclient/fmclient"

inherit pbr flock-package

PACKAGE_ARCH = "all"
PYTHON_WHEEL = "1"

do_install:append() {
    install -D -m 0644 "${S}/tools/fm.bash_completion" "${D}${datadir}/bash-completion/completions/fm"
}

PACKAGES = "${PN}-wheels python3-fmclient"
FILES:python3-fmclient = "/"
# What it imports, and setup.py does not say.
RDEPENDS:python3-fmclient = "vendor:py:oslo-utils vendor:py:prettytable vendor:py:keystoneauth1 vendor:py:six vendor:py:httplib2"
