SUMMARY = "StarlingX: script of dnsmasq"
DESCRIPTION = "Service management starts it."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=501662ff6cd7e33c4370eafda0d92a65"

inherit flock-config

# The git has them for systems of the other family, too.
CONFIG_DIR:rpm = "files"
CONFIG_COPIES = "${datadir}/starlingx/dnsmasq"
CONFIG_REPLACES = "init=${sysconfdir}/init.d/dnsmasq:755"

RDEPENDS:${PN} = "vendor:cmd:dnsmasq"
