SUMMARY = "StarlingX: settings of logrotate"
DESCRIPTION = "Logs are looked at every few minutes and turned over by size."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=bf82c0d8a0794d042a5e0d32654e73e3"

inherit flock-config

# The git has them for systems of the other family, too.
CONFIG_DIR:rpm = "files"
CONFIG_REPLACES = "logrotate-cron.d=${sysconfdir}/cron.d/logrotate logrotate.conf=${sysconfdir}/logrotate.conf"

RDEPENDS:${PN} = "vendor:cmd:logrotate"
