SUMMARY = "StarlingX's base as a live system, with every kernel that the system has"
DESCRIPTION = "stx-debian.iso, stx-ubuntu.iso, stx-centos.iso, stx-clearlinux.iso; other architectures stand before the name."
LICENSE = "Apache-2.0"

inherit image-live

IMAGE_NAME = "stx-${DISTRO_IMAGE_WORD}"
IMAGE_VOLUME = "STX"
IMAGE_HOSTNAME ?= "stx"
IMAGE_FEATURES = "networking ssh-server"
IMAGE_INSTALL = "packagegroup-stx-base"
# Timers that would reach for the network or rewrite what a live system does not keep.
IMAGE_MASKED_UNITS = "fstrim.timer e2scrub_all.timer systemd-pstore.service"
IMAGE_MASKED_UNITS:append:debianlike = " apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer"
