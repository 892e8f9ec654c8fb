SUMMARY = "StarlingX fault manager"
DESCRIPTION = "fmManager takes alarms and logs from the programs of a system and keeps them in a database."
SECTION = "admin"

require recipes-fault/fault-source.inc
LIC_FILES_CHKSUM = "file://LICENSE;md5=3b83ef96387f14655fc854ddc3c6bd57"

DEPENDS = "fm-common"
VENDOR_DEPENDS = "pkg:c++-compiler pc:uuid"

FLOCK_SUBPATH = "fm-mgr/sources"

inherit flock-makefile flock-package systemd

MAKE_TARGET = "build"

do_install:append() {
    # The script was made for another place.
    sed -i 's|/etc/rc.d/init.d/|/etc/init.d/|' "${B}/fminit.service"
    install -D -m 0644 "${B}/fminit.service" "${D}${systemd_system_unitdir}/fminit.service"
    install -D -m 0640 "${B}/fm.conf" "${D}${sysconfdir}/fm/fm.conf"
}

# Whoever sets the system up starts it.
SYSTEMD_SERVICE:${PN} = "fminit.service"
SYSTEMD_AUTO_ENABLE = "disable"

PACKAGES = "${PN}-dbg ${PN}"
FILES:${PN} = "/"
RDEPENDS:${PN} = "vendor:cmd:logrotate"
