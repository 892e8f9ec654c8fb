# How a root file system is made of .deb packages: what classes bootstrap and installed-build-root share.

BOOTSTRAP_ARCH ?= "${DISTRO_TARGET_ARCH}"
# Its packages' scripts are emulated where it is of the target's architecture and that is another one.
BOOTSTRAP_EMULATION = "${@d.getVar('TARGET_EMULATION') if d.getVar('BOOTSTRAP_ARCH') == d.getVar('DISTRO_TARGET_ARCH') else ''}"
# Who makes /bin, /lib and so on links into /usr: "package", the vendor's usr-is-merged; "links", this class; "none".
BOOTSTRAP_MERGED_USR ??= "package"
# Manuals and translations are left out; licences stay.
BOOTSTRAP_OPTIONS ?= " \
    ${@'--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr' if d.getVar('BOOTSTRAP_MERGED_USR') == 'package' else ''} \
    --dpkgopt=path-exclude=/usr/share/man/* --dpkgopt=path-exclude=/usr/share/info/* \
    --dpkgopt=path-exclude=/usr/share/locale/* --dpkgopt=path-exclude=/usr/share/doc/* \
    --dpkgopt=path-include=/usr/share/doc/*/copyright \
"
# What the scripts of the packages find in their environment: nobody is asked, no boot ramdisk is made yet.
BOOTSTRAP_ENVIRONMENT ?= "DEBIAN_FRONTEND=noninteractive INITRD=No"

# Run on the host inside the namespaces; $root is the new root: empty, with its essential packages, with all of them.
bootstrap_start() {
    if [ "${BOOTSTRAP_MERGED_USR}" = links ]; then
        for name in bin sbin lib ${BOOTSTRAP_LIBRARY_LINKS}; do
            mkdir -p "$root/usr/$name"
            ln -s "usr/$name" "$root/$name"
        done
    fi
}
BOOTSTRAP_LIBRARY_LINKS ?= "lib64"
BOOTSTRAP_LIBRARY_LINKS:x86-64 ?= "lib32 lib64 libx32"

bootstrap_setup() {
    :
}

bootstrap_finish() {
    # What differs between two runs, or must differ between two machines, is made anew at first boot.
    rm -rf "$root"/etc/ssh/ssh_host_* "$root"/var/lib/dbus/machine-id "$root"/etc/resolv.conf "$root"/etc/hostname
    : > "$root"/etc/machine-id
    find "$root/var/log" "$root/var/cache" "$root/var/lib/apt/lists" -mindepth 1 ! -type d -delete
    rm -f "$root"/etc/passwd- "$root"/etc/shadow- "$root"/etc/group- "$root"/etc/gshadow- "$root"/etc/subuid- \
        "$root"/etc/subgid- "$root"/var/lib/dpkg/*-old "$root"/var/lib/systemd/random-seed
}
