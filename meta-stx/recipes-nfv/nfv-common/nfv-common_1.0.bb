SUMMARY = "StarlingX NFV common modules"
DESCRIPTION = "What the Python programs of network function virtualization share: timers, threads, state machines, logs."
SECTION = "python"

require recipes-nfv/nfv-source.inc
LIC_FILES_CHKSUM = "file://LICENSE;md5=3b83ef96387f14655fc854ddc3c6bd57"

FLOCK_SUBPATH = "nfv/nfv-common"

inherit setuptools3 flock-package

PACKAGE_ARCH = "all"
PYTHON_WHEEL = "1"

PACKAGES = "${PN}-wheels ${PN}"
FILES:${PN} = "/"
# What it imports, and setup.py does not say.
RDEPENDS:${PN} = "vendor:py:pyparsing vendor:py:pyyaml vendor:py:stevedore"
