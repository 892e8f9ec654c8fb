# Packs an image as a live system: a squashfs, a kernel and a RAM disk per variant, and an ISO that boots them by BIOS
# and UEFI, from a disc or a USB stick.

inherit image

IMAGE_FEATURES:append = " live"
IMAGE_FILE ?= "${IMAGE_NAME}.iso"
IMAGE_VOLUME ?= "STX"
IMAGE_BOOT_ARGS ?= "boot=live quiet loglevel=3 console=tty0 console=${SERIAL_CONSOLE} ${KERNEL_BOOT_ARGS}"
IMAGE_BOOT_TIMEOUT ?= "5"
SQUASHFS_OPTIONS ?= "-comp zstd -Xcompression-level 3 -b 256K"
KERNEL_ENTRIES = "${@' '.join([variant + '=' + (d.getVarFlag('KERNEL_PACKAGE', variant) or '') for variant in d.getVar('DISTRO_KERNELS').split()])}"
KERNEL_MENU = "${@';'.join([variant + '=' + (d.getVarFlag('KERNEL_TITLE', variant) or variant) for variant in d.getVar('DISTRO_KERNELS').split()])}"

rootfs_pack() {
    # The RAM disk writes a file there when it starts the system.
    mkdir -p "${IMAGE_ROOTFS}/etc/network"
    for entry in ${KERNEL_ENTRIES}; do
        release=$(rootfs_kernel_release "${entry#*=}")
        cp "${IMAGE_ROOTFS}/boot/vmlinuz-$release" "${ROOTFS_OUTPUT}/vmlinuz-${entry%%=*}"
        cp "${IMAGE_ROOTFS}/boot/initrd.img-$release" "${ROOTFS_OUTPUT}/initrd-${entry%%=*}"
    done
    rm -f "${IMAGE_ROOTFS}"/boot/vmlinuz-* "${IMAGE_ROOTFS}"/boot/initrd.img-*
    mksquashfs "${IMAGE_ROOTFS}" "${ROOTFS_OUTPUT}/filesystem.squashfs" -noappend -no-progress ${SQUASHFS_OPTIONS}
    chmod 0644 "${ROOTFS_OUTPUT}"/*
}

IMAGE_DIR = "${WORKDIR}/image-output"
ISO_DIR = "${WORKDIR}/iso"
GRUB_MODULES ?= " \
    biosdisk iso9660 part_msdos part_gpt fat normal configfile linux search search_label serial terminal test \
    echo smbios reboot halt \
"

do_image() {
    mkdir -p "${ISO_DIR}/live" "${ISO_DIR}/boot/grub"
    cp "${ROOTFS_OUTPUT}"/vmlinuz-* "${ROOTFS_OUTPUT}"/initrd-* "${ROOTFS_OUTPUT}/filesystem.squashfs" "${ISO_DIR}/live/"
    image_grub_menu > "${ISO_DIR}/boot/grub/grub.cfg"
    image_grub_bios
    image_grub_efi
    image_iso "${IMAGE_DIR}/${IMAGE_FILE}"
    cp "${ROOTFS_OUTPUT}/manifest" "${IMAGE_DIR}/${IMAGE_FILE}.manifest"
    cd "${IMAGE_DIR}"
    sha256sum "${IMAGE_FILE}" > "${IMAGE_FILE}.sha256"
    rm -rf "${ISO_DIR}"
}
do_image[cleandirs] = "${ISO_DIR} ${IMAGE_DIR}"
do_image[dirs] = "${IMAGE_DIR} ${WORKDIR}"
do_image[umask] = "022"
do_image[sstate-outputdirs] = "${IMAGE_DIR}"
do_image[depends] = "${IMAGE_TOOLS}:do_unpack_root"
addtask image after do_rootfs

# The entry is chosen by hand, or by whoever starts the machine: SMBIOS OEM string `boot-entry=NAME`.
image_grub_menu() {
    echo 'serial --unit=0 --speed=115200'
    echo 'terminal_input console serial'
    echo 'terminal_output console serial'
    echo 'set default="${KERNEL_VARIANT}"'
    echo 'set timeout=${IMAGE_BOOT_TIMEOUT}'
    echo 'smbios --type 11 --get-string 4 --set wanted'
    echo '${KERNEL_MENU}' | tr ';' '\n' | while IFS='=' read -r variant title; do
        printf 'if [ "$wanted" = "boot-entry=%s" ]; then set default=%s; set timeout=0; fi\n' "$variant" "$variant"
        printf 'menuentry "%s (%s)" --id %s {\n' "${IMAGE_NAME}" "$title" "$variant"
        printf '  linux /live/vmlinuz-%s %s\n' "$variant" "${IMAGE_BOOT_ARGS}"
        printf '  initrd /live/initrd-%s\n}\n' "$variant"
    done
}

image_grub_bios() {
    printf 'search --no-floppy --set=root --label %s\nset prefix=($root)/boot/grub\n' "${IMAGE_VOLUME}" > "${ISO_DIR}/early.cfg"
    grub-mkimage --format=${GRUB_BIOS_PLATFORM}-eltorito --prefix=/boot/grub --config="${ISO_DIR}/early.cfg" \
        --output="${ISO_DIR}/boot/grub/eltorito.img" ${GRUB_MODULES}
}

image_grub_efi() {
    modules=$(echo ${GRUB_MODULES} | sed 's/biosdisk/efi_gop efi_uga/')
    grub-mkimage --format=${GRUB_EFI_PLATFORM} --prefix=/boot/grub --config="${ISO_DIR}/early.cfg" \
        --output="${ISO_DIR}/${EFI_BOOT_FILE}" $modules
    size=$(( $(stat -c %s "${ISO_DIR}/${EFI_BOOT_FILE}") / 1024 + 256 ))
    truncate -s "$((size / 32 * 32 + 32))K" "${ISO_DIR}/boot/grub/efi.img"
    touch --date="@${SOURCE_DATE_EPOCH}" "${ISO_DIR}/${EFI_BOOT_FILE}"
    mkfs.fat --invariant -i 53545821 "${ISO_DIR}/boot/grub/efi.img"
    mmd -i "${ISO_DIR}/boot/grub/efi.img" ::EFI ::EFI/BOOT
    mcopy -m -i "${ISO_DIR}/boot/grub/efi.img" "${ISO_DIR}/${EFI_BOOT_FILE}" "::EFI/BOOT/${EFI_BOOT_FILE}"
    rm "${ISO_DIR}/${EFI_BOOT_FILE}" "${ISO_DIR}/early.cfg"
}

image_iso() {
    find "${ISO_DIR}" -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH}" {} +
    xorriso -as mkisofs -output "$1" -volid "${IMAGE_VOLUME}" -rock -iso-level 3 -quiet \
        --grub2-mbr "/usr/lib/grub/${GRUB_BIOS_PLATFORM}/boot_hybrid.img" \
        -b boot/grub/eltorito.img -no-emul-boot -boot-load-size 4 -boot-info-table --grub2-boot-info \
        -eltorito-alt-boot -e boot/grub/efi.img -no-emul-boot -isohybrid-gpt-basdat \
        "${ISO_DIR}"
}

DEPLOYDIR = "${DEPLOY_DIR_IMAGE}"
DEPLOY_FILES = "${IMAGE_DIR}/${IMAGE_FILE} ${IMAGE_DIR}/${IMAGE_FILE}.sha256 ${IMAGE_DIR}/${IMAGE_FILE}.manifest"
do_deploy[builtin] = "deploy"
do_deploy[sstate-inputdirs] = "${WORKDIR}/deploy"
do_deploy[sstate-outputdirs] = "${DEPLOYDIR}"
do_deploy[cleandirs] = "${WORKDIR}/deploy"
addtask deploy after do_image before do_build
