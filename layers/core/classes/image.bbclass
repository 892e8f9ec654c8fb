# An image: a root of locked vendor packages (class bootstrap), with our packages and settings on top, packed by a class
# such as image-live. What is in it is metadata: IMAGE_INSTALL, IMAGE_FEATURES and the variables below.

inherit bootstrap
inherit rootfs_${PACKAGE_FAMILY} rootfs-settings

# Our packages, and words that switch on vendor packages and settings.
IMAGE_INSTALL ?= ""
IMAGE_FEATURES ?= ""
EXTRA_IMAGE_FEATURES ?= ""
IMAGE_FEATURES:append = " ${EXTRA_IMAGE_FEATURES}"
IMAGE_NAME ?= "${PN}"

KERNEL_PACKAGES = "${@' '.join([d.getVarFlag('KERNEL_PACKAGE', variant) or '' for variant in d.getVar('DISTRO_KERNELS').split()])}"
FEATURE_PACKAGES = "${@' '.join([d.getVarFlag('VENDOR_FEATURE_PACKAGES', word) or '' for word in d.getVar('IMAGE_FEATURES').split()])}"
BOOTSTRAP_PACKAGES = "${VENDOR_BASE_PACKAGES} ${FEATURE_PACKAGES} ${KERNEL_PACKAGES}"

# The initial RAM disks are made once, for all kernels at the same time, when every package is there.
INITRAMFS_SETTINGS ?= "COMPRESS=zstd MODULES=most"
bootstrap_setup:append() {
    mkdir -p "$root/etc/initramfs-tools/conf.d"
    printf '%s\n' ${INITRAMFS_SETTINGS} > "$root/etc/initramfs-tools/conf.d/image"
    printf 'do_symlinks = no\n' > "$root/etc/kernel-img.conf"
}
bootstrap_finish:append() {
    for release in $(ls "$root/lib/modules"); do
        chroot "$root" mkinitramfs -o "/boot/initrd.img-$release" "$release" &
    done
    wait
    for release in $(ls "$root/lib/modules"); do
        test -s "$root/boot/initrd.img-$release"
    done
}

PACKAGES = "${PN}"
RDEPENDS:${PN} = "${IMAGE_INSTALL}"

IMAGE_TOOLS ?= "image-tools"
SANDBOX_ROOT = "${ROOTS_DIR}/${IMAGE_TOOLS}"

FEED_DIR = "${WORKDIR}/feed"
do_feed[builtin] = "feed"
do_feed[recrdeptask] = "do_package_write_deb"
do_feed[sstate-outputdirs] = "${FEED_DIR}"
addtask feed

# Where the root is put together; only reachable for user 0 of the task's namespaces.
IMAGE_ROOTFS = "${WORKDIR}/rootfs"
ROOTFS_OUTPUT = "${WORKDIR}/rootfs-output"
ROOTFS_POSTPROCESS_COMMAND ?= "rootfs_system_settings; rootfs_accounts; rootfs_network; rootfs_ssh_host_keys; rootfs_serial_console; rootfs_units;"

do_rootfs() {
    rm -rf "${IMAGE_ROOTFS}"
    mkdir -p "${IMAGE_ROOTFS}"
    tar --extract --numeric-owner --same-owner --same-permissions --file "${BOOTSTRAP_DIR}/root.tar" \
        --directory "${IMAGE_ROOTFS}"
    mkdir -p "${IMAGE_ROOTFS}/dev"
    rootfs_install_packages
    ${ROOTFS_POSTPROCESS_COMMAND}
    rootfs_clean
    rootfs_manifest > "${ROOTFS_OUTPUT}/manifest"
    rootfs_pack
    rm -rf "${IMAGE_ROOTFS}"
}
do_rootfs[fakeroot] = "1"
do_rootfs[umask] = "022"
do_rootfs[cleandirs] = "${ROOTFS_OUTPUT}"
do_rootfs[dirs] = "${ROOTFS_OUTPUT} ${WORKDIR}"
do_rootfs[sandbox-ro] = "${BOOTSTRAP_DIR} ${FEED_DIR}"
do_rootfs[sstate-outputdirs] = "${ROOTFS_OUTPUT}"
do_rootfs[depends] = "${IMAGE_TOOLS}:do_unpack_root"
addtask rootfs after do_bootstrap do_feed

# What installing leaves behind and would differ between two builds.
rootfs_clean() {
    : > "${IMAGE_ROOTFS}/etc/machine-id"
    find "${IMAGE_ROOTFS}/tmp" "${IMAGE_ROOTFS}/run" "${IMAGE_ROOTFS}/var/tmp" -mindepth 1 -delete
    find "${IMAGE_ROOTFS}/var/log" "${IMAGE_ROOTFS}/var/cache" -mindepth 1 ! -type d -delete
    for file in passwd shadow group gshadow; do
        rm -f "${IMAGE_ROOTFS}/etc/$file-"
    done
}
