SUMMARY = "StarlingX kickstarts"
DESCRIPTION = "Scripts that set a host up when it is installed, by the role that boot arguments give it."
SECTION = "admin"

require recipes-metal/metal-source.inc
LIC_FILES_CHKSUM = "file://LICENSE;md5=3b83ef96387f14655fc854ddc3c6bd57"

# The release, which they are told.
DEPENDS = "build-info"

FLOCK_SUBPATH = "kickstart"

inherit flock-package

PACKAGE_ARCH = "all"

do_install() {
    release=$(sed -n 's/^#define SW_VERSION "\(.*\)"/\1/p' "${RECIPE_SYSROOT}${includedir}/build_info.h")
    folder="${D}${localstatedir}/www/pages/feed/rel-$release/kickstart"
    install -d "$folder/centos"
    install -m 0700 "${S}"/files/*.cfg "$folder/"
    install -m 0700 "${S}"/files/centos/*.cfg "$folder/centos/"
    find "$folder" -name '*.cfg' -exec sed -i "s/xxxPLATFORM_RELEASExxx/$release/g" {} +
}

PACKAGES = "${PN}"
FILES:${PN} = "${localstatedir}/www"
PACKAGE_LINTIAN_OVERRIDES:${PN} = " \
    dir-or-file-in-var-www * # hosts that are installed over the network ask the controller's web server for that folder \
"
