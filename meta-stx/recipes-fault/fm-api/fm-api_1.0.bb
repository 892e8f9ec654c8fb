SUMMARY = "StarlingX fault management API for Python"
DESCRIPTION = "Python programs raise, clear and change alarms through it."
SECTION = "python"

require recipes-fault/fault-source.inc
LIC_FILES_CHKSUM = "file://LICENSE;md5=3b83ef96387f14655fc854ddc3c6bd57"

FLOCK_SUBPATH = "fm-api/source"

inherit setuptools3 flock-package

PACKAGE_ARCH = "all"
PYTHON_WHEEL = "1"

PACKAGES = "${PN}-wheels python3-${PN}"
FILES:python3-${PN} = "/"
# It loads the module fm_core.
RDEPENDS:python3-${PN} = "fm-common"
