# RAM disks made by initramfs-tools: once, for all kernels at the same time, when every package is there.

INITRAMFS_SETTINGS ?= "COMPRESS=zstd MODULES=${@'list' if d.getVar('INITRAMFS_MODULES') else 'most'}"
# Modules besides those that packages ask for; empty: all that a machine may need to start, which are a thousand and more.
INITRAMFS_MODULES ??= ""
inherit_defer ${@'initramfs-tools-emulated' if d.getVar('BOOTSTRAP_EMULATION') else ''}
bootstrap_setup:append() {
    mkdir -p "$root/etc/initramfs-tools/conf.d"
    printf '%s\n' ${INITRAMFS_SETTINGS} > "$root/etc/initramfs-tools/conf.d/image"
    printf 'do_symlinks = no\n' > "$root/etc/kernel-img.conf"
}
bootstrap_finish:append() {
    # The RAM disk writes a file there when it starts the system.
    mkdir -p "$root/etc/network" "$root/usr/share/initramfs-tools/modules.d"
    if [ -n "$(echo ${INITRAMFS_MODULES})" ]; then
        printf '%s\n' ${INITRAMFS_MODULES} > "$root/usr/share/initramfs-tools/modules.d/image"
    fi
    for release in $(ls "$root/lib/modules"); do
        chroot "$root" mkinitramfs -o "/boot/initrd.img-$release" "$release" &
    done
    wait
    for release in $(ls "$root/lib/modules"); do
        test -s "$root/boot/initrd.img-$release"
    done
}
