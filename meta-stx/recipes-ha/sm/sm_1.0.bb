SUMMARY = "StarlingX service management"
DESCRIPTION = "Keeps the services of a pair of controllers running, on one of them or on both, and fails over."
SECTION = "admin"

require recipes-ha/ha-source.inc
LIC_FILES_CHKSUM = "file://LICENSE;md5=3b83ef96387f14655fc854ddc3c6bd57"

DEPENDS = "fm-common sm-common sm-db mtce build-info"
VENDOR_DEPENDS = "pkg:c++-compiler pc:glib-2.0 pc:json-c pc:openssl pc:sqlite3 pc:uuid"

FLOCK_SUBPATH = "service-mgmt/sm"
# An older compiler takes the source as it is: files/debian-bullseye has an empty patch for the first.
SRC_URI += "file://0001-what-gcc-11-refuses.patch;striplevel=3 file://0002-what-gcc-14-refuses.patch;striplevel=3"

inherit flock-makefile flock-package systemd

FLOCK_HEADER_PACKAGES = "glib-2.0"
MAKE_VARS = "INCLUDES=-I. SW_VERSION=$(flock_sw_version)"
MAKE_TARGET = "build"
MAKE_INSTALL_VARS = "PMONDIR=${datadir}/starlingx/pmon.d UNIT_DIR=${systemd_system_unitdir}"

do_install:append() {
    install -D -m 0644 "${S}/src/scripts/sm.syslog" "${D}${sysconfdir}/syslog-ng/conf.d/sm.conf"
    chmod 0644 "${D}${sysconfdir}"/logrotate.d/*
    sed -i '1s|python$|python3|' "${D}/usr/local/sbin/sm-notification"
}

# Whoever sets the system up decides what a host runs.
SYSTEMD_SERVICE:${PN} = "sm.service sm-shutdown.service"
SYSTEMD_AUTO_ENABLE = "disable"

PACKAGES = "${PN}-dbg ${PN}"
FILES:${PN} = "/"
RDEPENDS:${PN} = "mtce-pmon vendor:cmd:logrotate vendor:cmd:sqlite3 vendor:cmd:time"
