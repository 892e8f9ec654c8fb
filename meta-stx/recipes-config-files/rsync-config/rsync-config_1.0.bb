SUMMARY = "StarlingX: settings of rsync"
DESCRIPTION = "What controllers serve to other hosts."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=36c1ce94f287fd60f972a72a9d11a745"

inherit flock-config

# The git has them for systems of the other family, too.
CONFIG_DIR:rpm = "files"
CONFIG_REPLACES = "rsyncd.conf=${sysconfdir}/rsyncd.conf"

RDEPENDS:${PN} = "vendor:cmd:rsync"
