SUMMARY = "StarlingX: settings of LVM"
DESCRIPTION = "Which devices it looks at."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=ccd28edf77621cc6ee56b42576b6ee4a"

inherit flock-config

CONFIG_REPLACES = "lvm.conf=${sysconfdir}/lvm/lvm.conf"

RDEPENDS:${PN} = "vendor:cmd:lvm"
