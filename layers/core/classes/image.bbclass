# An image: a root of locked vendor packages (class bootstrap), with our packages and settings on top, packed by a class
# such as image-live. What is in it is metadata: IMAGE_INSTALL, IMAGE_FEATURES and the variables below.

inherit bootstrap
inherit rootfs_${PACKAGE_FAMILY}

# Our packages, and words that switch on vendor packages and settings.
IMAGE_INSTALL ?= ""
IMAGE_FEATURES ?= ""
EXTRA_IMAGE_FEATURES ?= ""
IMAGE_FEATURES:append = " ${EXTRA_IMAGE_FEATURES}"
IMAGE_NAME ?= "${PN}"
IMAGE_HOSTNAME ??= "localhost"
IMAGE_LOCALE ??= "C.UTF-8"
IMAGE_TIMEZONE ??= "Etc/UTC"
# Locked unless local.conf gives a password hash (crypt(5)) or a public key.
ROOT_PASSWORD_HASH ??= ""
ROOT_AUTHORIZED_KEY ??= ""
# Units that an image has no use for.
IMAGE_MASKED_UNITS ?= ""
IMAGE_ENABLED_UNITS ?= ""

KERNEL_PACKAGES = "${@' '.join([d.getVarFlag('KERNEL_PACKAGE', variant) or '' for variant in (d.getVar('KERNEL_VARIANTS') or '').split()])}"
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
SANDBOX_ROOT = "${TMPDIR}/roots/${IMAGE_TOOLS}"

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

rootfs_system_settings() {
    echo "${IMAGE_HOSTNAME}" > "${IMAGE_ROOTFS}/etc/hostname"
    printf '127.0.0.1 localhost\n127.0.1.1 %s\n::1 localhost ip6-localhost ip6-loopback\n' "${IMAGE_HOSTNAME}" \
        > "${IMAGE_ROOTFS}/etc/hosts"
    echo "LANG=${IMAGE_LOCALE}" > "${IMAGE_ROOTFS}/etc/default/locale"
    echo "LANG=${IMAGE_LOCALE}" > "${IMAGE_ROOTFS}/etc/locale.conf"
    ln -sfn "/usr/share/zoneinfo/${IMAGE_TIMEZONE}" "${IMAGE_ROOTFS}/etc/localtime"
}

rootfs_accounts() {
    hash='${ROOT_PASSWORD_HASH}'
    key='${ROOT_AUTHORIZED_KEY}'
    sed -i "s|^root:[^:]*:|root:${hash:-*}:|" "${IMAGE_ROOTFS}/etc/shadow"
    if [ -n "$key" ]; then
        mkdir -p "${IMAGE_ROOTFS}/root/.ssh"
        chmod 0700 "${IMAGE_ROOTFS}/root/.ssh"
        printf '%s\n' "$key" > "${IMAGE_ROOTFS}/root/.ssh/authorized_keys"
        chmod 0600 "${IMAGE_ROOTFS}/root/.ssh/authorized_keys"
    fi
}

rootfs_network() {
    if ${@bb.utils.contains('IMAGE_FEATURES', 'networking', 'false', 'true', d)}; then
        return 0
    fi
    mkdir -p "${IMAGE_ROOTFS}/etc/systemd/network"
    printf '[Match]\nType=ether\n\n[Network]\nDHCP=yes\n' > "${IMAGE_ROOTFS}/etc/systemd/network/80-dhcp.network"
    ln -sfn ../run/systemd/resolve/stub-resolv.conf "${IMAGE_ROOTFS}/etc/resolv.conf"
    chroot "${IMAGE_ROOTFS}" systemctl enable systemd-networkd.service systemd-resolved.service
    # Nothing in the image waits for the network to be up.
    chroot "${IMAGE_ROOTFS}" systemctl disable systemd-networkd-wait-online.service
}

# Every machine makes its own ssh key when it boots for the first time.
rootfs_ssh_host_keys() {
    if ${@bb.utils.contains('IMAGE_FEATURES', 'ssh-server', 'false', 'true', d)}; then
        return 0
    fi
    cat > "${IMAGE_ROOTFS}/etc/systemd/system/ssh-host-key.service" <<END
[Unit]
Description=Make the ssh host key of this machine
ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key
Before=ssh.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/bin/ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key

[Install]
RequiredBy=ssh.service
END
    mkdir -p "${IMAGE_ROOTFS}/etc/ssh/sshd_config.d"
    printf 'HostKey /etc/ssh/ssh_host_ed25519_key\n' > "${IMAGE_ROOTFS}/etc/ssh/sshd_config.d/10-host-key.conf"
    chroot "${IMAGE_ROOTFS}" systemctl enable ssh-host-key.service
}

rootfs_serial_console() {
    if ${@bb.utils.contains('IMAGE_FEATURES', 'serial-autologin', 'false', 'true', d)}; then
        return 0
    fi
    mkdir -p "${IMAGE_ROOTFS}/etc/systemd/system/serial-getty@.service.d"
    cat > "${IMAGE_ROOTFS}/etc/systemd/system/serial-getty@.service.d/autologin.conf" <<END
[Service]
ExecStart=
ExecStart=-/sbin/agetty --autologin root --keep-baud 115200,57600,38400,9600 - \$TERM
END
}

rootfs_units() {
    for unit in ${IMAGE_MASKED_UNITS}; do
        chroot "${IMAGE_ROOTFS}" systemctl mask "$unit"
    done
    for unit in ${IMAGE_ENABLED_UNITS}; do
        chroot "${IMAGE_ROOTFS}" systemctl enable "$unit"
    done
}

# What installing leaves behind and would differ between two builds.
rootfs_clean() {
    : > "${IMAGE_ROOTFS}/etc/machine-id"
    find "${IMAGE_ROOTFS}/tmp" "${IMAGE_ROOTFS}/run" "${IMAGE_ROOTFS}/var/tmp" -mindepth 1 -delete
    find "${IMAGE_ROOTFS}/var/log" "${IMAGE_ROOTFS}/var/cache" -mindepth 1 ! -type d -delete
    for file in passwd shadow group gshadow; do
        rm -f "${IMAGE_ROOTFS}/etc/$file-"
    done
}
