SUMMARY = "StarlingX: settings of systemd"
DESCRIPTION = "Logs go to syslog alone; folders that hosts need; shares of the machine for what runs aside."

require recipes-config-files/config-files-source.inc
LICENSE = "Apache-2.0 & LGPL-2.1-or-later"
LIC_FILES_CHKSUM = "file://debian/trixie/deb_folder/copyright;md5=6566ff00512fcee46a287c66cd6f7883"

inherit flock-config

CONFIG_FILES = " \
    60-persistent-storage.rules=${sysconfdir}/udev/rules.d/60-persistent-storage.rules \
    init.scope-cpu-shares.conf=${sysconfdir}/systemd/system/init.scope.d/init.scope-cpu-shares.conf \
    kubernetes.conf=${nonarch_libdir}/tmpfiles.d/kubernetes.conf \
    stx-tmpfiles.conf=${nonarch_libdir}/tmpfiles.d/stx-tmpfiles.conf \
    systemd.conf=${sysconfdir}/tmpfiles.d/systemd.conf tmp.conf=${sysconfdir}/tmpfiles.d/tmp.conf \
    systemd-udev-settle.service=${sysconfdir}/systemd/system/systemd-udev-settle.service \
    systemd-udevd-cpu-shares.conf=${sysconfdir}/systemd/system/systemd-udevd.service.d/systemd-udevd-cpu-shares.conf \
    tmp.mount=${sysconfdir}/systemd/system/tmp.mount utils.slice=${sysconfdir}/systemd/system/utils.slice \
"
# The git has them for systems of the other family, too.
CONFIG_DIR:rpm = "files"
CONFIG_FILES:rpm = " \
    60-persistent-storage.rules=${sysconfdir}/udev/rules.d/60-persistent-storage.rules \
    kubernetes.conf.tmpfiles.d=${nonarch_libdir}/tmpfiles.d/kubernetes.conf \
    systemd.conf.tmpfiles.d=${sysconfdir}/tmpfiles.d/systemd.conf tmp.conf.tmpfiles.d=${sysconfdir}/tmpfiles.d/tmp.conf \
    tmp.mount=${sysconfdir}/systemd/system/tmp.mount \
"
CONFIG_REPLACES = "journald.conf=${sysconfdir}/systemd/journald.conf"

do_install:append:deb() {
    # NTPsec has no account of that name and brings a folder of its own.
    sed -i '/^# ntp$/,+2d' "${D}${nonarch_libdir}/tmpfiles.d/stx-tmpfiles.conf"
}

PACKAGE_LINTIAN_OVERRIDES:append = " ; \
    misplaced-systemd-tmpfiles * # they stand before the vendor's of these names, which stay as they are ; \
    systemd-service-in-odd-location * # it stands before the unit of the vendor's package, which stays as it is ; \
    udev-rule-in-etc * # they stand before the vendor's of that name, which stay as they are \
"
