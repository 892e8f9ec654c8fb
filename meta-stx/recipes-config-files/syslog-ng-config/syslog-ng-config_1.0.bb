SUMMARY = "StarlingX: settings of syslog-ng"
DESCRIPTION = "Where logs go, and how they are turned over; what people do over SSH is written down."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=507627076d506bdc5a63e9e1a4988ba2"

inherit flock-config

CONFIG_DIR = "debian-source"
# The git has them for systems of the other family, too.
CONFIG_DIR:rpm = "files"
CONFIG_FILES = " \
    remotelogging.conf=${sysconfdir}/syslog-ng/remotelogging.conf fm_event_syslogger=${sbindir}/fm_event_syslogger:700 \
    sshlog=${sbindir}/sshlog:755 syslog-ng.service=${sysconfdir}/systemd/system/syslog-ng.service \
"
CONFIG_REPLACES = " \
    syslog-ng.conf=${sysconfdir}/syslog-ng/syslog-ng.conf syslog-ng.logrotate=${sysconfdir}/logrotate.d/syslog-ng \
"

# fm_event_syslogger calls its fmClientCli.
RDEPENDS:${PN} = "fm-common vendor:cmd:logrotate vendor:cmd:syslog-ng"

PACKAGE_LINTIAN_OVERRIDES:append = " ; \
    systemd-service-in-odd-location * # it stands before the unit of the vendor's package, which stays as it is \
"
