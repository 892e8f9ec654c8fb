SUMMARY = "StarlingX service management base"
DESCRIPTION = "What the programs of service management share, and the recorder of what happened on a host."
SECTION = "admin"

require recipes-ha/ha-source.inc
LIC_FILES_CHKSUM = "file://LICENSE;md5=3b83ef96387f14655fc854ddc3c6bd57"

DEPENDS = "build-info"
VENDOR_DEPENDS = "pkg:c++-compiler pc:sqlite3 pc:glib-2.0 pc:uuid"

FLOCK_SUBPATH = "service-mgmt/sm-common"

inherit flock-makefile flock-package systemd

FLOCK_HEADER_PACKAGES = "glib-2.0"
MAKE_VARS = "VER=1.0.0 VER_MJR=1 INCLUDES=-I. SW_VERSION=$(flock_sw_version)"
MAKE_TARGET = "build"
MAKE_INSTALL_VARS = " \
    BIN_DIR=${bindir} LIB_DIR=${libdir} INC_DIR=${includedir} UNIT_DIR=${systemd_system_unitdir} ETC_DIR=${sysconfdir} \
    PMONDIR=${datadir}/starlingx/pmon.d BUILDSUBDIR=${B} \
"

do_install:append() {
    chmod 0755 "${D}${sysconfdir}/init.d/sm-eru"
    chmod 0755 "${D}${exec_prefix}" "${D}${bindir}" "${D}${datadir}/starlingx/pmon.d"
}

# Whoever sets the system up decides what a host runs.
SYSTEMD_PACKAGES = "sm-eru"
SYSTEMD_SERVICE:sm-eru = "sm-eru.service"
SYSTEMD_AUTO_ENABLE = "disable"

PACKAGES = "${PN}-dbg ${PN}-dev ${PN}-libs sm-eru"
SUMMARY:${PN}-libs = "StarlingX service management base library"
SECTION:${PN}-libs = "libs"
FILES:${PN}-libs = "${libdir}/*.so.* ${localstatedir}/lib/sm"
RDEPENDS:${PN}-dev = "${PN}-libs (= ${PACKAGE_VERSION})"
SUMMARY:sm-eru = "StarlingX event recorder"
FILES:sm-eru = "${bindir} ${sysconfdir} ${systemd_system_unitdir} ${datadir}/starlingx"
