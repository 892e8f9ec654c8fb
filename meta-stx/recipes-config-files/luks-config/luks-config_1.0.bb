SUMMARY = "StarlingX: names of encrypted disks"
DESCRIPTION = "A rule of udev for them."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=f45bd52305e3a5a9ad3ebea86a79d29e"

inherit flock-config

CONFIG_FILES = "80-luks-config.rules=${nonarch_libdir}/udev/rules.d/80-luks-config.rules"
