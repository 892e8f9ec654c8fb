# RAM disks made by initramfs-tools: once, for all kernels at the same time, when every package is there.

INITRAMFS_SETTINGS ?= "COMPRESS=zstd MODULES=most"
bootstrap_setup:append() {
    mkdir -p "$root/etc/initramfs-tools/conf.d"
    printf '%s\n' ${INITRAMFS_SETTINGS} > "$root/etc/initramfs-tools/conf.d/image"
    printf 'do_symlinks = no\n' > "$root/etc/kernel-img.conf"
}
bootstrap_finish:append() {
    # The RAM disk writes a file there when it starts the system.
    mkdir -p "$root/etc/network"
    for release in $(ls "$root/lib/modules"); do
        chroot "$root" mkinitramfs -o "/boot/initrd.img-$release" "$release" &
    done
    wait
    for release in $(ls "$root/lib/modules"); do
        test -s "$root/boot/initrd.img-$release"
    done
}
