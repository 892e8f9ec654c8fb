SUMMARY = "StarlingX platform settings for Python"
DESCRIPTION = "Tells Python programs what /etc/platform/platform.conf says: personality, region, release."
SECTION = "python"

require recipes-config/config-source.inc
LIC_FILES_CHKSUM = "file://LICENSE;md5=3b83ef96387f14655fc854ddc3c6bd57"

FLOCK_SUBPATH = "tsconfig/tsconfig"

inherit setuptools3 flock-package

PACKAGE_ARCH = "all"
PYTHON_WHEEL = "1"

do_install:append() {
    install -D -m 0755 "${S}/scripts/tsconfig" "${D}${bindir}/tsconfig"
}

PACKAGES = "${PN}-wheels ${PN}"
FILES:${PN} = "/"
RDEPENDS:${PN} = "vendor:py:six"
