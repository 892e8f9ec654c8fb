SUMMARY = "StarlingX: settings of iSCSI"
DESCRIPTION = "Sessions end before the network does; their cache goes with the start of a host."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=fb9c3168d785a3c92a9f13bc87419adf"

inherit flock-config systemd

# The git has them for systems of the other family, too.
CONFIG_DIR:rpm = "files"
CONFIG_COPIES = "${datadir}/starlingx/iscsi"
CONFIG_FILES = " \
    iscsi-cache.volatiles=${nonarch_libdir}/tmpfiles.d/iscsi-cache.conf \
    ../debian/all/deb_folder/iscsi-shutdown.service=${systemd_system_unitdir}/iscsi-shutdown.service \
"
CONFIG_REPLACES = "iscsid.conf=${sysconfdir}/iscsi/iscsid.conf:640"

# It may name accounts.
pkg_postinst:${PN}:append() {
    chmod 0750 "${sysconfdir}/iscsi"
}

# Whoever sets the system up decides what a host runs.
SYSTEMD_SERVICE = "iscsi-shutdown.service"
SYSTEMD_AUTO_ENABLE = "disable"

RDEPENDS:${PN} = "vendor:cmd:iscsid vendor:cmd:iscsiuio"
