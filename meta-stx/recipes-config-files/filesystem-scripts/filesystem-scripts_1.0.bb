SUMMARY = "StarlingX: scripts around shared file systems"
DESCRIPTION = "They serve and mount file systems over NFS."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=6b521815e5e9061fc17025c198e6ab62"

inherit flock-config

CONFIG_FILES = " \
    uexportfs=${sysconfdir}/init.d/uexportfs:755 \
    nfsserver-mgmt=${nonarch_libdir}/ocf/resource.d/platform/nfsserver-mgmt:755 nfs-mount=${bindir}/nfs-mount:755 \
    ../debian/all/deb_folder/uexportfs.service=${systemd_system_unitdir}/uexportfs.service \
"

do_install:append() {
    # It is written for bash.
    sed -i '1s|/bin/sh|/bin/bash|' "${D}${nonarch_libdir}/ocf/resource.d/platform/nfsserver-mgmt"
}
