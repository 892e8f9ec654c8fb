# Packs a root of a few vendor packages as a container image in the layout of the OCI image specification: a folder, and the same as one
# file, NAME.oci.tar. It is a base for services (class container-service). docs/containers.md.

IMAGE_SUFFIX ?= "oci.tar"
inherit image

BOOTSTRAP_PACKAGES = "${CONTAINER_BASE_PACKAGES}"
# It has no machine of its own: no host name, network, console and units.
ROOTFS_POSTPROCESS_COMMAND = ""

# What a container runs, as `docker run` knows it: words, or a JSON list where one of them holds blanks.
CONTAINER_ENTRYPOINT ?= ""
CONTAINER_CMD ?= ""
CONTAINER_ENV ?= "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8"
CONTAINER_USER ?= ""
CONTAINER_WORKDIR ?= ""
CONTAINER_PORTS ?= ""
CONTAINER_STOP_SIGNAL ?= ""
# Words NAME=value, besides title, version, licence and so on, which come of the recipe.
CONTAINER_LABELS ?= ""
CONTAINER_TAG ?= "${PV}"
CONTAINER_ARCH = "${@{'x86_64': 'amd64', 'aarch64': 'arm64'}.get(d.getVar('TARGET_ARCH'), d.getVar('TARGET_ARCH'))}"

# Roots of containers lie where services find that of their base.
CONTAINER_ROOTS = "${TMPDIR}/container-roots"
ROOTFS_OUTPUT = "${CONTAINER_ROOTS}/${PN}"
CONTAINER_LAYERS = "${ROOTFS_OUTPUT}/root.tar"

# The same bytes of the same files: members by name, no time later than that of the build, no times of access. Files of rpm packages
# keep theirs, which `rpm --verify` compares; what was made here gets that of the build.
CONTAINER_TIMES ?= "--mtime=@${SOURCE_DATE_EPOCH} --clamp-mtime"
CONTAINER_TIMES:rpm ?= ""
rootfs_pack() {
    cd "${IMAGE_ROOTFS}"
    if [ "${PACKAGE_FAMILY}" = rpm ]; then
        rootfs_times "${IMAGE_ROOTFS}"
    fi
    ls -A | LC_ALL=C sort > "${WORKDIR}/members"
    tar --create --file "${ROOTFS_OUTPUT}/root.tar" --sort=name --numeric-owner --format=pax \
        --pax-option='exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime' \
        ${CONTAINER_TIMES} --exclude='dev/*' --exclude='proc/*' --exclude='sys/*' \
        --verbatim-files-from --files-from="${WORKDIR}/members"
    cd "${WORKDIR}"
}

OCI_DIR = "${WORKDIR}/oci"
do_oci[builtin] = "oci-layout"
do_oci[sstate-outputdirs] = "${OCI_DIR}"
addtask oci after do_rootfs

do_image() {
    cp -r "${OCI_DIR}/." "${IMAGE_DIR}/"
    image_description oci
}
do_image[cleandirs] = "${IMAGE_DIR}"
do_image[dirs] = "${IMAGE_DIR} ${WORKDIR}"
do_image[umask] = "022"
do_image[sstate-outputdirs] = "${IMAGE_DIR}"
do_image[depends] = "${IMAGE_TOOLS}:do_unpack_root"
addtask image after do_oci before do_deploy

DEPLOY_FILES:append = " ${IMAGE_DIR}/${@d.getVar('IMAGE_FILE').replace('.oci.tar', '')}"
