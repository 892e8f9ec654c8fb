# RAM disks made by the system's own dracut, one for each kernel, when every package is there. They find a live system by the
# label of its disc, on any hardware that DRACUT_DRIVERS and dracut's own lists know.

DRACUT_ADD ?= "dmsquash-live overlayfs"
DRACUT_DRIVERS ?= "isofs sr_mod squashfs overlay loop virtio_pci virtio_scsi virtio_blk ata_piix ahci"
# What a live system that starts from a disc has no use for.
DRACUT_OMIT ?= " \
    bluetooth cifs crypt drm fcoe fcoe-uefi i18n ifcfg integrity iscsi kernel-modules-extra kernel-network-modules livenet \
    lunmask lvm masterkey mdraid memstrack modsign multipath nbd network network-legacy network-manager nfs nvdimm plymouth \
    pollcdrom qemu qemu-net rescue resume rngd securityfs ssh-client systemd-network-management systemd-networkd terminfo \
    tpm2-tss url-lib usrmount virtfs virtiofs watchdog watchdog-modules \
"
DRACUT_COMPRESS ?= "zstd -3 -T1 -q"
ROOTFS_INITRAMFS_COMMAND = "rootfs_dracut"

rootfs_dracut() {
    for folder in "${IMAGE_ROOTFS}"/usr/lib/modules/*; do
        release=$(basename "$folder")
        rootfs_chroot depmod --all "$release"
        rootfs_chroot dracut --quiet --force --no-hostonly --no-hostonly-cmdline --reproducible --compress "${DRACUT_COMPRESS}" \
            --omit "${DRACUT_OMIT}" --add "${DRACUT_ADD}" --add-drivers "${DRACUT_DRIVERS}" --kver "$release" \
            "$(printf '${KERNEL_INITRD}' "$release")" &
    done
    wait
    for folder in "${IMAGE_ROOTFS}"/usr/lib/modules/*; do
        test -s "${IMAGE_ROOTFS}$(printf '${KERNEL_INITRD}' "$(basename "$folder")")"
    done
}
