# A container image of one service: packages of ours (CONTAINER_INSTALL) and what they need, laid over the root of CONTAINER_BASE. Its first
# layer is that of the base, byte for byte; the second holds what they add, change and take away. docs/containers.md.

inherit image-container

CONTAINER_BASE ?= "stx-container-base"
CONTAINER_INSTALL ?= ""
IMAGE_INSTALL = "${CONTAINER_INSTALL}"
# Of the vendor it asks for nothing itself: the lock holds what its packages miss in that root, NAME:run.
ROOTFS_BASE = "${CONTAINER_BASE}"
CONTAINER_BASE_ROOT = "${CONTAINER_ROOTS}/${CONTAINER_BASE}"
CONTAINER_LAYERS = "${CONTAINER_BASE_ROOT}/root.tar ${ROOTFS_OUTPUT}/root.tar"

BOOTSTRAP_PACKAGES = ""
LOCKED_ROOTS = "${PN}:run"
ROOTFS_INPUTS = "${CONTAINER_BASE_ROOT} ${LOCKED_REPOSITORY}"

rootfs_install() {
    tar --extract --numeric-owner --same-owner --same-permissions --file "${CONTAINER_BASE_ROOT}/root.tar" \
        --directory "${IMAGE_ROOTFS}"
    mkdir -p "${IMAGE_ROOTFS}/dev"
    rootfs_install_packages
}

# No root of the vendor's packages alone.
deltask do_bootstrap
do_fetch[noexec] = "1"
do_fetch[lock-root] = ""
do_rootfs[depends] += "${CONTAINER_BASE}:do_rootfs"
do_oci[depends] += "${CONTAINER_BASE}:do_rootfs"
