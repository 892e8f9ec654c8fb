SUMMARY = "What image tasks see as /: file system, boot loader and ISO tools, all of locked packages"
LICENSE = "Apache-2.0"

inherit tools-distro

BOOTSTRAP_PACKAGES = " \
    usr-is-merged mount squashfs-tools xorriso grub-pc-bin grub-efi-amd64-bin grub-efi-arm64-bin:arm64 grub-common mtools dosfstools \
    tar zstd xz-utils \
"
