SUMMARY = "StarlingX service management tools"
DESCRIPTION = "Commands and Python modules that ask and change service management on a controller."
SECTION = "python"

require recipes-ha/ha-source.inc
LIC_FILES_CHKSUM = "file://LICENSE;md5=3b83ef96387f14655fc854ddc3c6bd57"

FLOCK_SUBPATH = "service-mgmt-tools/sm-tools"

inherit setuptools3 flock-package

PACKAGE_ARCH = "all"
PYTHON_WHEEL = "1"

PACKAGES = "${PN}-wheels ${PN}"
FILES:${PN} = "/"
# What it imports, and setup.py does not say.
RDEPENDS:${PN} = "vendor:py:netaddr vendor:py:psutil vendor:py:six"
