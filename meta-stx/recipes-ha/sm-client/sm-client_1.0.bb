SUMMARY = "StarlingX service management client"
DESCRIPTION = "Commands and Python modules that ask service management over its API."
SECTION = "python"

require recipes-ha/ha-source.inc
LIC_FILES_CHKSUM = "file://LICENSE;md5=1dece7821bf3fd70fe1309eaa37d52a2"

FLOCK_SUBPATH = "service-mgmt-client/sm-client"

inherit setuptools3 flock-package

PACKAGE_ARCH = "all"
PYTHON_WHEEL = "1"

do_install:append() {
    install -D -m 0755 "${S}/usr/bin/smc" "${D}${bindir}/smc"
    sed -i '1s|.*|#!/usr/bin/python3|' "${D}${bindir}/smc"
}

PACKAGES = "${PN}-wheels ${PN}"
FILES:${PN} = "/"
# What it imports, and setup.py does not say.
RDEPENDS:${PN} = " \
    vendor:py:httplib2 vendor:py:oslo-config vendor:py:oslo-utils vendor:py:prettytable vendor:py:python-keystoneclient \
    vendor:py:six \
"
