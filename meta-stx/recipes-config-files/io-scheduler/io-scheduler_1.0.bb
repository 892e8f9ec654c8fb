SUMMARY = "StarlingX: schedulers of block devices"
DESCRIPTION = "A rule of udev chooses a scheduler for each kind of disk."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=a03f3b581353264c3bb4c145ef0321e0"

inherit flock-config

CONFIG_FILES = "60-io-scheduler.rules=${nonarch_libdir}/udev/rules.d/60-io-scheduler.rules"
