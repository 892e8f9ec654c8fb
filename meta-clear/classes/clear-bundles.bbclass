# The bundles of an image, as text in the form of swupd's manifests beside it: NAME.bundles/Manifest.BUNDLE, and Manifest.MoM with
# the list of them. They describe what is in the image; no server updates by them.

# Words BUNDLE=PACKAGE,PACKAGE; what is in none of them is of the bundle os-core. What we have built is a bundle of the image's name.
IMAGE_BUNDLES ?= " \
    kernel-native=${@d.getVarFlag('KERNEL_PACKAGE', 'std') or ''} kernel-preempt-rt=${@d.getVarFlag('KERNEL_PACKAGE', 'rt') or ''} \
    openssh-server=openssh-server,openssh ${IMAGE_NAME}=@${FEED_DIR}/packages.json \
"
BUNDLE_WRITER = "${CLEAR_LAYER}/files/bundles.py"

rootfs_pack:prepend() {
    rpm_root_rpm "${IMAGE_ROOTFS}" --query --all --queryformat '[%{=NAME}\t%{FILENAMES}\t%{FILEFLAGS:fflags}\n]' > "${WORKDIR}/rootfs-files"
    python3 "${BUNDLE_WRITER}" "${IMAGE_ROOTFS}" "${ROOTFS_OUTPUT}" "${DISTRO_VERSION}" "${SOURCE_DATE_EPOCH}" ${IMAGE_BUNDLES} \
        < "${WORKDIR}/rootfs-files"
    rm -f "${IMAGE_ROOTFS}${RPM_DBPATH}"/rpmdb.sqlite-* "${IMAGE_ROOTFS}${RPM_DBPATH}/.rpm.lock"
}
ROOTFS_INPUTS:append = " ${BUNDLE_WRITER}"
do_rootfs[file-checksums] += "${BUNDLE_WRITER}:True"

do_image:append() {
    mkdir "${IMAGE_DIR}/${IMAGE_NAME}.bundles"
    cp "${ROOTFS_OUTPUT}"/Manifest.* "${IMAGE_DIR}/${IMAGE_NAME}.bundles/"
}
# Roots of containers lie outside of WORKDIR.
do_image[sandbox-ro] += "${ROOTFS_OUTPUT}"
DEPLOY_FILES:append = " ${IMAGE_DIR}/${IMAGE_NAME}.bundles"
