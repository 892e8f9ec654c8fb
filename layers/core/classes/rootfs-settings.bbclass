# The settings of an image's root: names, accounts, network, console, units. Each function of ROOTFS_POSTPROCESS_COMMAND
# works on IMAGE_ROOTFS with the vendor's own programs. What users may set is checked while recipes are read.

IMAGE_HOSTNAME ??= "localhost"
# The unit of the ssh server.
SSH_SERVICE ??= "ssh.service"
IMAGE_LOCALE ??= "C.UTF-8"
IMAGE_TIMEZONE ??= "Etc/UTC"
# Locked unless local.conf gives a password hash (crypt(5)) or a public key.
ROOT_PASSWORD_HASH ??= ""
ROOT_AUTHORIZED_KEY ??= ""
# Units that an image has no use for.
IMAGE_MASKED_UNITS ?= ""
IMAGE_ENABLED_UNITS ?= ""

# Words that mean something in this class; a distro's VENDOR_FEATURE_PACKAGES has a flag for each that brings packages.
IMAGE_FEATURES[validitems] = "networking serial-autologin ssh-server ${@' '.join((d.getVarFlags('VENDOR_FEATURE_PACKAGES') or {}).keys())}"
IMAGE_TIMEZONE[validpattern] = "[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*"
IMAGE_TIMEZONE[doc] = "name a zone such as Europe/Berlin"
IMAGE_LOCALE[validpattern] = "[A-Za-z0-9_.@-]+"
IMAGE_LOCALE[doc] = "name a locale such as C.UTF-8"
IMAGE_HOSTNAME[validpattern] = "[A-Za-z0-9]([A-Za-z0-9-]{0,62}[A-Za-z0-9])?"
IMAGE_HOSTNAME[doc] = "use letters, digits and hyphens, at most 64"
ROOT_PASSWORD_HASH[validpattern] = "([$][a-z0-9]+[$][A-Za-z0-9./$=,*+-]+)?"
ROOT_PASSWORD_HASH[doc] = "give a hash of crypt(5), as `mkpasswd -m sha512crypt` or `openssl passwd -6` prints it"
ROOT_AUTHORIZED_KEY[validpattern] = "((ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,3}( .*)?)?"
ROOT_AUTHORIZED_KEY[doc] = "give one line as it stands in a .pub file of ssh"
CHECKED_VARIABLES += "IMAGE_FEATURES IMAGE_TIMEZONE IMAGE_LOCALE IMAGE_HOSTNAME ROOT_PASSWORD_HASH ROOT_AUTHORIZED_KEY"

rootfs_system_settings() {
    echo "${IMAGE_HOSTNAME}" > "${IMAGE_ROOTFS}/etc/hostname"
    printf '127.0.0.1 localhost\n127.0.1.1 %s\n::1 localhost ip6-localhost ip6-loopback\n' "${IMAGE_HOSTNAME}" \
        > "${IMAGE_ROOTFS}/etc/hosts"
    if [ "${PACKAGE_FAMILY}" = deb ]; then
        echo "LANG=${IMAGE_LOCALE}" > "${IMAGE_ROOTFS}/etc/default/locale"
    fi
    echo "LANG=${IMAGE_LOCALE}" > "${IMAGE_ROOTFS}/etc/locale.conf"
    if [ -e "${IMAGE_ROOTFS}/usr/share/zoneinfo/UTC" ] && [ ! -e "${IMAGE_ROOTFS}/usr/share/zoneinfo/${IMAGE_TIMEZONE}" ]; then
        echo "IMAGE_TIMEZONE: there is no zone called ${IMAGE_TIMEZONE}" >&2
        return 1
    fi
    ln -sfn "/usr/share/zoneinfo/${IMAGE_TIMEZONE}" "${IMAGE_ROOTFS}/etc/localtime"
}

rootfs_accounts() {
    hash='${ROOT_PASSWORD_HASH}'
    sed -i "s|^root:[^:]*:|root:${hash:-*}:|" "${IMAGE_ROOTFS}/etc/shadow"
    if ${@'true' if d.getVar('ROOT_AUTHORIZED_KEY') else 'false'}; then
        mkdir -m 0700 -p "${IMAGE_ROOTFS}/root/.ssh"
        cat > "${IMAGE_ROOTFS}/root/.ssh/authorized_keys" <<'END'
${ROOT_AUTHORIZED_KEY}
END
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
Before=${SSH_SERVICE}

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/bin/ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key

[Install]
RequiredBy=${SSH_SERVICE}
END
    mkdir -p "${IMAGE_ROOTFS}/etc/ssh/sshd_config.d"
    printf 'HostKey /etc/ssh/ssh_host_ed25519_key\n' > "${IMAGE_ROOTFS}/etc/ssh/sshd_config.d/10-host-key.conf"
    chroot "${IMAGE_ROOTFS}" systemctl enable ssh-host-key.service
}

# The line as agetty is told it: its standard input, or, before systemd 248, the name (`%I`).
SERIAL_GETTY_LINE ?= "-"

rootfs_serial_console() {
    if ${@bb.utils.contains('IMAGE_FEATURES', 'serial-autologin', 'false', 'true', d)}; then
        return 0
    fi
    mkdir -p "${IMAGE_ROOTFS}/etc/systemd/system/serial-getty@.service.d"
    cat > "${IMAGE_ROOTFS}/etc/systemd/system/serial-getty@.service.d/autologin.conf" <<END
[Service]
ExecStart=
ExecStart=-/sbin/agetty --autologin root --keep-baud 115200,57600,38400,9600 ${SERIAL_GETTY_LINE} \$TERM
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
