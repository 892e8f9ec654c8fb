SUMMARY = "StarlingX: rules of sudo"
DESCRIPTION = "What the administrators of a system may do."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=6b2b45f120ca2e07bb46ba26c01ba5cd"

inherit flock-config

CONFIG_REPLACES = " \
    sysadmin.sudo=${sysconfdir}/sudoers.d/sysadmin:440 sys_admin.sudo=${sysconfdir}/sudoers.d/sys_admin:440 \
    logs.sudo=${sysconfdir}/sudoers.d/logs:440 \
"

RDEPENDS:${PN} = "vendor:cmd:sudo"
