SUMMARY = "StarlingX: names of network interfaces"
DESCRIPTION = "A rule of udev keeps them."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=13cdf88131bdd0312d4b223f0eb2cebd"

inherit flock-config

CONFIG_FILES = "61-consistent-net-names.rules=${nonarch_libdir}/udev/rules.d/61-consistent-net-names.rules"
