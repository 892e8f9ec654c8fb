SUMMARY = "StarlingX: settings of the audit service"
DESCRIPTION = "What the kernel audits goes to the system log."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=6d68a10c2e8719d20a4f127e0e363df0"

inherit flock-config

# The git has them for systems of the other family, too.
CONFIG_DIR:rpm = "files"
CONFIG_REPLACES = "syslog.conf=${sysconfdir}/audit/plugins.d/syslog.conf:640"
