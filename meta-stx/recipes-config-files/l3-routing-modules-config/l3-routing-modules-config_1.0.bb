SUMMARY = "StarlingX: kernel modules of routing"
DESCRIPTION = "They are loaded when a host starts."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=2292efd567416fc5084670fc84f14bf0"

inherit flock-config

CONFIG_FILES = "l3-routing-modules.conf=${sysconfdir}/modules-load.d/l3-routing-modules.conf"
