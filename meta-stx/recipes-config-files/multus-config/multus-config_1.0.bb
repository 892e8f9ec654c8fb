SUMMARY = "StarlingX: logs of Multus"
DESCRIPTION = "They are turned over."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=0a1e1352dc0e61d58fdad4582aed8917"

inherit flock-config

CONFIG_FILES = "multus.logrotate=${sysconfdir}/logrotate.d/multus.logrotate"

RDEPENDS:${PN} = "vendor:cmd:logrotate"
