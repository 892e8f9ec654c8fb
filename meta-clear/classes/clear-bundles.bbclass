# The bundles of an image, as text in the form of swupd's manifests beside it: NAME.bundles/Manifest.BUNDLE, and Manifest.MoM with
# the list of them. They describe what is in the image; no server updates by them.

# Words BUNDLE=PACKAGE,PACKAGE; what is in none of them is of the bundle os-core.
IMAGE_BUNDLES ?= " \
    kernel-native=${@d.getVarFlag('KERNEL_PACKAGE', 'std') or ''} kernel-preempt-rt=${@d.getVarFlag('KERNEL_PACKAGE', 'rt') or ''} \
    openssh-server=openssh-server,openssh ${IMAGE_NAME}=${@','.join(d.getVar('IMAGE_INSTALL').split())} \
"
BUNDLE_WRITER = "${CLEAR_LAYER}/files/bundles.py"

rootfs_pack:prepend() {
    chroot "${IMAGE_ROOTFS}" rpm --query --all --queryformat '[%{=NAME}\t%{FILENAMES}\n]' |
        python3 "${BUNDLE_WRITER}" "${IMAGE_ROOTFS}" "${ROOTFS_OUTPUT}" "${DISTRO_VERSION}" "${SOURCE_DATE_EPOCH}" ${IMAGE_BUNDLES}
    rm -f "${IMAGE_ROOTFS}${RPM_DBPATH}"/rpmdb.sqlite-* "${IMAGE_ROOTFS}${RPM_DBPATH}/.rpm.lock"
}
ROOTFS_INPUTS:append = " ${BUNDLE_WRITER}"
do_rootfs[file-checksums] += "${BUNDLE_WRITER}:True"

do_image:append() {
    mkdir "${IMAGE_DIR}/${IMAGE_NAME}.bundles"
    cp "${ROOTFS_OUTPUT}"/Manifest.* "${IMAGE_DIR}/${IMAGE_NAME}.bundles/"
}
DEPLOY_FILES:append = " ${IMAGE_DIR}/${IMAGE_NAME}.bundles"
