SUMMARY = "StarlingX: settings of the DHCP client"
DESCRIPTION = "What a host asks a DHCP server for."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=efbfcb1bb994f71d47c42a5a6a29e30b"

inherit flock-config

# The git has them for systems of the other family, too.
CONFIG_DIR:rpm = "files"
CONFIG_FILES = "dhclient-enter-hooks=${sysconfdir}/dhcp/dhclient-enter-hooks:755"
CONFIG_REPLACES = "dhclient.conf=${sysconfdir}/dhcp/dhclient.conf"

RDEPENDS:${PN} = "vendor:cmd:dhclient"
