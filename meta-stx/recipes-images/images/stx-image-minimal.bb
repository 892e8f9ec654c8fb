SUMMARY = "Small live system: systemd, network, ssh, both kernels"
LICENSE = "Apache-2.0"

inherit image-live

IMAGE_NAME = "stx-${DISTRO_IMAGE_WORD}-minimal"
IMAGE_VOLUME = "STX-MINIMAL"
IMAGE_HOSTNAME ?= "stx"
IMAGE_FEATURES = "networking ssh-server"
IMAGE_INSTALL = "packagegroup-stx-base"
# Timers that would reach for the network or rewrite what a live system does not keep.
IMAGE_MASKED_UNITS = " \
    apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer fstrim.timer e2scrub_all.timer \
    systemd-pstore.service \
"
