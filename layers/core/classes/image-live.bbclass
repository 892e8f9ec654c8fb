# Packs an image as a live system: a squashfs, a kernel and a RAM disk per variant, and an ISO that boots them by BIOS
# and UEFI, as far as the machine has these, from a disc or a USB stick.

IMAGE_SUFFIX ?= "iso"
IMAGE_KERNELS ?= "${DISTRO_KERNELS}"
inherit image ${INITRAMFS_GENERATOR}

# It has to start somehow.
BOOT_METHODS = "${@('bios ' if d.getVar('GRUB_BIOS_PLATFORM') else '') + ('efi' if d.getVar('GRUB_EFI_PLATFORM') else '') or 'none'}"
COMPATIBLE_WITH[COMPATIBLE_BOOT] = "${BOOT_METHODS}"
COMPATIBLE_BOOT ?= "bios|efi"
SKIP_REASON ?= "there is no boot loader for images of the machine ${MACHINE}; its packages and feeds can be built"

IMAGE_FEATURES:append = " live"
IMAGE_VOLUME ?= "STX"
IMAGE_BOOT_ARGS ?= "${LIVE_BOOT_ARGS} quiet loglevel=3 console=tty0 console=${SERIAL_CONSOLE} ${KERNEL_BOOT_ARGS}"
IMAGE_BOOT_TIMEOUT ?= "5"
SQUASHFS_OPTIONS ?= "-comp zstd -Xcompression-level 3 -b 256K"
KERNEL_ENTRIES = "${@' '.join([variant + '=' + (d.getVarFlag('KERNEL_PACKAGE', variant) or '') for variant in d.getVar('IMAGE_KERNELS').split()])}"
KERNEL_MENU = "${@';'.join([variant + '=' + (d.getVarFlag('KERNEL_TITLE', variant) or variant) for variant in d.getVar('IMAGE_KERNELS').split()])}"

rootfs_pack() {
    for entry in ${KERNEL_ENTRIES}; do
        release=$(rootfs_kernel_release "${entry#*=}")
        cp "${IMAGE_ROOTFS}$(printf '${KERNEL_IMAGE}' "$release")" "${ROOTFS_OUTPUT}/vmlinuz-${entry%%=*}"
        cp "${IMAGE_ROOTFS}$(printf '${KERNEL_INITRD}' "$release")" "${ROOTFS_OUTPUT}/initrd-${entry%%=*}"
        for file in "$(printf '${KERNEL_IMAGE}' "$release")" "$(printf '${KERNEL_INITRD}' "$release")"; do
            case "$file" in
            /boot/*)
                rm -f "${IMAGE_ROOTFS}$file"
                ;;
            esac
        done
    done
    mksquashfs "${IMAGE_ROOTFS}" "${ROOTFS_OUTPUT}/filesystem.squashfs" -noappend -no-progress ${SQUASHFS_OPTIONS}
    chmod 0644 "${ROOTFS_OUTPUT}"/*
}

ISO_DIR = "${WORKDIR}/iso"
GRUB_MODULES ?= " \
    iso9660 part_msdos part_gpt fat normal configfile linux search search_label terminal test echo smbios reboot halt \
"
# What the machine's firmware needs, and its serial line as GRUB sees it; empty: the firmware's console is all there is.
GRUB_BIOS_MODULES ?= "biosdisk"
GRUB_EFI_MODULES ?= "efi_gop"
GRUB_SERIAL ?= ""
GRUB_LIBRARY ?= "/usr/lib/grub"

do_image() {
    mkdir -p "${ISO_DIR}/boot/grub" "${ISO_DIR}/$(dirname "${LIVE_SQUASHFS}")"
    cp "${ROOTFS_OUTPUT}"/vmlinuz-* "${ROOTFS_OUTPUT}"/initrd-* "${ISO_DIR}/boot/"
    cp "${ROOTFS_OUTPUT}/filesystem.squashfs" "${ISO_DIR}/${LIVE_SQUASHFS}"
    image_grub_menu > "${ISO_DIR}/boot/grub/grub.cfg"
    printf 'search --no-floppy --set=root --label %s\nset prefix=($root)/boot/grub\n' "${IMAGE_VOLUME}" > "${WORKDIR}/early.cfg"
    if [ -n "${GRUB_BIOS_PLATFORM}" ]; then
        image_grub_bios
    fi
    if [ -n "${GRUB_EFI_PLATFORM}" ]; then
        image_grub_efi
    fi
    image_iso "${IMAGE_DIR}/${IMAGE_FILE}"
    image_description iso
    rm -rf "${ISO_DIR}"
}
do_image[cleandirs] = "${ISO_DIR} ${IMAGE_DIR}"
do_image[dirs] = "${IMAGE_DIR} ${WORKDIR}"
do_image[umask] = "022"
do_image[sstate-outputdirs] = "${IMAGE_DIR}"
do_image[depends] = "${IMAGE_TOOLS}:do_unpack_root"
addtask image after do_rootfs before do_deploy

# The entry is chosen by hand, or by whoever starts the machine: SMBIOS OEM string `boot-entry=NAME`.
image_grub_menu() {
    if [ -n "${GRUB_SERIAL}" ]; then
        echo 'serial ${GRUB_SERIAL}'
        echo 'terminal_input console serial'
        echo 'terminal_output console serial'
    fi
    echo 'set default="${KERNEL_VARIANT}"'
    echo 'set timeout=${IMAGE_BOOT_TIMEOUT}'
    echo 'smbios --type 11 --get-string 4 --set wanted'
    echo '${KERNEL_MENU}' | tr ';' '\n' | while IFS='=' read -r variant title; do
        printf 'if [ "$wanted" = "boot-entry=%s" ]; then set default=%s; set timeout=0; fi\n' "$variant" "$variant"
        printf 'menuentry "%s (%s)" --id %s {\n' "${IMAGE_NAME}" "$title" "$variant"
        printf '  linux /boot/vmlinuz-%s %s\n' "$variant" "${IMAGE_BOOT_ARGS}"
        printf '  initrd /boot/initrd-%s\n}\n' "$variant"
    done
}

image_grub_bios() {
    grub-mkimage --directory="${GRUB_LIBRARY}/${GRUB_BIOS_PLATFORM}" --format=${GRUB_BIOS_PLATFORM}-eltorito \
        --prefix=/boot/grub --config="${WORKDIR}/early.cfg" --output="${ISO_DIR}/boot/grub/eltorito.img" \
        ${GRUB_MODULES} ${GRUB_BIOS_MODULES} ${@'serial' if d.getVar('GRUB_SERIAL') else ''}
}

image_grub_efi() {
    grub-mkimage --directory="${GRUB_LIBRARY}/${GRUB_EFI_PLATFORM}" --format=${GRUB_EFI_PLATFORM} \
        --prefix=/boot/grub --config="${WORKDIR}/early.cfg" --output="${WORKDIR}/${EFI_BOOT_FILE}" \
        ${GRUB_MODULES} ${GRUB_EFI_MODULES} ${@'serial' if d.getVar('GRUB_SERIAL') else ''}
    size=$(( $(stat -c %s "${WORKDIR}/${EFI_BOOT_FILE}") / 1024 + 256 ))
    truncate -s "$((size / 32 * 32 + 32))K" "${ISO_DIR}/boot/grub/efi.img"
    touch --date="@${SOURCE_DATE_EPOCH}" "${WORKDIR}/${EFI_BOOT_FILE}"
    mkfs.fat --invariant -i 53545821 "${ISO_DIR}/boot/grub/efi.img"
    mmd -i "${ISO_DIR}/boot/grub/efi.img" ::EFI ::EFI/BOOT
    mcopy -m -i "${ISO_DIR}/boot/grub/efi.img" "${WORKDIR}/${EFI_BOOT_FILE}" "::EFI/BOOT/${EFI_BOOT_FILE}"
}

ISO_BIOS_OPTIONS = "${@'--grub2-mbr ' + d.getVar('GRUB_LIBRARY') + '/' + d.getVar('GRUB_BIOS_PLATFORM') + '/boot_hybrid.img -b boot/grub/eltorito.img -no-emul-boot -boot-load-size 4 -boot-info-table --grub2-boot-info -eltorito-alt-boot' if d.getVar('GRUB_BIOS_PLATFORM') else ''}"
ISO_EFI_OPTIONS = "${@('-e boot/grub/efi.img -no-emul-boot ' + ('-isohybrid-gpt-basdat' if d.getVar('GRUB_BIOS_PLATFORM') else '-append_partition 2 0xef ' + d.getVar('ISO_DIR') + '/boot/grub/efi.img')) if d.getVar('GRUB_EFI_PLATFORM') else ''}"

image_iso() {
    find "${ISO_DIR}" -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH}" {} +
    xorriso -as mkisofs -output "$1" -volid "${IMAGE_VOLUME}" -rock -iso-level 3 -quiet \
        ${ISO_BIOS_OPTIONS} ${ISO_EFI_OPTIONS} "${ISO_DIR}"
}
