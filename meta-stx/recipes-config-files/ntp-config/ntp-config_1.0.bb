SUMMARY = "StarlingX: settings of NTP"
DESCRIPTION = "A host asks nobody until it is configured."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/trixie/deb_folder/copyright;md5=92ff1ab3e3e8d3038a0567172538c275"

COMPATIBLE_FAMILY = "deb"
SKIP_REASON = "chrony keeps the time there"

inherit flock-config

CONFIG_REPLACES = "default.ntpsec=${sysconfdir}/default/ntpsec ntp.conf=${sysconfdir}/ntpsec/ntp.conf"

RDEPENDS:${PN} = "vendor:cmd:ntpd"
