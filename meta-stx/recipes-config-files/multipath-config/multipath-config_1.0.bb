SUMMARY = "StarlingX: settings of multipath"
DESCRIPTION = "Which paths to a disk are one."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=cfc8afe7f7b0615f74a756ce93deb715"

inherit flock-config

CONFIG_DIR = "files"
CONFIG_FILES = "multipath.conf=${sysconfdir}/multipath.conf"
