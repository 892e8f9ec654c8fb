# An image: a root of locked vendor packages (class bootstrap), with our packages and settings on top, packed by a class
# such as image-live. What is in it is metadata: IMAGE_INSTALL, IMAGE_FEATURES and the variables below. docs/images.md.

inherit bootstrap
inherit feed_${PACKAGE_FAMILY} rootfs_${PACKAGE_FAMILY} rootfs-settings extrausers image-sources
# Classes that a system or a user adds to every image.
IMAGE_CLASSES ??= ""

# Our packages, and words that switch on vendor packages and settings.
IMAGE_INSTALL ?= ""
IMAGE_FEATURES ?= ""
EXTRA_IMAGE_FEATURES ?= ""
IMAGE_FEATURES:append = " ${EXTRA_IMAGE_FEATURES}"

# Names: the architecture stands before the name of all but the default one; a platform is told by FILE.json alone.
IMAGE_NAME ?= "${PN}"
IMAGE_ARCH_PREFIX = "${@'' if d.getVar('TARGET_ARCH') == 'x86_64' else d.getVar('TARGET_ARCH') + '-'}"
IMAGE_SUFFIX ?= "tar"
IMAGE_FILE ?= "${IMAGE_ARCH_PREFIX}${IMAGE_NAME}.${IMAGE_SUFFIX}"

# Kernel variants that it holds; an image that is no system of its own has none.
IMAGE_KERNELS ??= ""
IMAGE_KERNELS[validitems] = "${DISTRO_KERNELS}"
IMAGE_KERNELS[doc] = "${@'; '.join(['this system has ' + (d.getVar('DISTRO_KERNELS') or 'no kernel')] + [variant + ': ' + reason for variant, reason in sorted((d.getVarFlags('NO_KERNEL') or {}).items()) if variant not in d.getVar('DISTRO_KERNELS').split()])}"
CHECKED_VARIABLES += "IMAGE_KERNELS"
KERNEL_PACKAGES = "${@' '.join([d.getVarFlag('KERNEL_PACKAGE', variant) or '' for variant in d.getVar('IMAGE_KERNELS').split()])}"
FEATURE_PACKAGES = "${@' '.join([d.getVarFlag('VENDOR_FEATURE_PACKAGES', word) or '' for word in d.getVar('IMAGE_FEATURES').split()])}"
BOOTSTRAP_PACKAGES = "${VENDOR_BASE_PACKAGES} ${FEATURE_PACKAGES} ${KERNEL_PACKAGES}"

PACKAGES = "${PN}"
RDEPENDS:${PN} = "${IMAGE_INSTALL}"

IMAGE_TOOLS ?= "image-tools"
SANDBOX_ROOT = "${ROOTS_DIR}/${IMAGE_TOOLS}"
# Programs of the image run in it, of whatever architecture it is.
SANDBOX_EMULATION = "${TARGET_EMULATION}"

# Where the root is put together; only reachable for user 0 of the task's namespaces.
IMAGE_ROOTFS = "${WORKDIR}/rootfs"
ROOTFS_OUTPUT = "${WORKDIR}/rootfs-output"
# What it is made of and with.
ROOTFS_INPUTS ?= "${BOOTSTRAP_DIR}"
ROOTFS_TOOLS_TASK ?= "${IMAGE_TOOLS}:do_unpack_root"
ROOTFS_POSTPROCESS_COMMAND ?= " \
    rootfs_system_settings; rootfs_accounts; rootfs_extra_users; rootfs_network; rootfs_ssh_host_keys; \
    rootfs_serial_console; rootfs_units; rootfs_sources; \
"

do_rootfs() {
    rm -rf "${IMAGE_ROOTFS}"
    mkdir -p "${IMAGE_ROOTFS}"
    rootfs_install
    ${ROOTFS_POSTPROCESS_COMMAND}
    rootfs_clean
    rootfs_installed > "${ROOTFS_OUTPUT}/installed"
    rootfs_pack
    rm -rf "${IMAGE_ROOTFS}"
}
do_rootfs[fakeroot] = "1"
do_rootfs[umask] = "022"
do_rootfs[cleandirs] = "${ROOTFS_OUTPUT}"
do_rootfs[dirs] = "${ROOTFS_OUTPUT} ${WORKDIR}"
do_rootfs[sandbox-ro] = "${ROOTFS_INPUTS} ${FEED_DIR} ${IMAGE_FEED_KEY_FILE}"
do_rootfs[file-checksums] = "${@d.getVar('IMAGE_FEED_KEY_FILE') + ':True' if d.getVar('IMAGE_FEED_KEY_FILE') else ''}"
do_rootfs[sstate-outputdirs] = "${ROOTFS_OUTPUT}"
do_rootfs[depends] = "${ROOTFS_TOOLS_TASK}"
addtask rootfs after do_bootstrap do_feed do_locked_repository

# What installing leaves behind and would differ between two builds.
rootfs_clean() {
    : > "${IMAGE_ROOTFS}/etc/machine-id"
    find "${IMAGE_ROOTFS}/tmp" "${IMAGE_ROOTFS}/run" "${IMAGE_ROOTFS}/var/tmp" -mindepth 1 -delete
    find "${IMAGE_ROOTFS}/var/log" "${IMAGE_ROOTFS}/var/cache" -mindepth 1 ! -type d -delete
    for file in passwd shadow group gshadow subuid subgid; do
        rm -f "${IMAGE_ROOTFS}/etc/$file-"
    done
}

# What is in it: FILE.manifest for people, FILE.manifest.json for programs.
MANIFEST_DIR = "${WORKDIR}/manifest"
do_manifest[builtin] = "image-manifest"
# Not only the records of the root count: repositories and who signed them stand in the head of the lock.
do_manifest[file-checksums] = "${LOCK_FILE}:True"
do_manifest[sstate-outputdirs] = "${MANIFEST_DIR}"
addtask manifest after do_rootfs

# Where tasks that pack leave the finished files.
IMAGE_DIR = "${WORKDIR}/image-output"

# FILE.json: by what `stx-bake images` lists and selects; $1 is the format of IMAGE_FILE. Its checksum lies beside it, too.
image_description() {
    cd "${IMAGE_DIR}"
    sha256sum "${IMAGE_FILE}" > "${IMAGE_FILE}.sha256"
    {
        echo '{'
        printf '  "%s": "%s",\n' name "${IMAGE_NAME}" file "${IMAGE_FILE}" format "$1" recipe "${PN}" \
            arch "${TARGET_ARCH}" platform "${MACHINE_PLATFORM}" machine "${MACHINE}" distro "${DISTRO}" \
            distroVersion "${DISTRO_VERSION}" codename "${DISTRO_CODENAME}" \
            kernel "${@d.getVar('KERNEL_VARIANT') if d.getVar('IMAGE_KERNELS').split() else ''}"
        printf '  "%s": %s,\n' kernels '[${@', '.join('"' + each + '"' for each in d.getVar('IMAGE_KERNELS').split())}]' \
            sizeBytes "$(stat -c %s "${IMAGE_FILE}")"
        printf '  "sha256": "%s"\n' "$(cut -c1-64 "${IMAGE_FILE}.sha256")"
        echo '}'
    } > "${IMAGE_FILE}.json"
}

DEPLOYDIR = "${DEPLOY_DIR_IMAGE}"
DEPLOY_FILES = " \
    ${IMAGE_DIR}/${IMAGE_FILE} ${IMAGE_DIR}/${IMAGE_FILE}.sha256 ${IMAGE_DIR}/${IMAGE_FILE}.json \
    ${MANIFEST_DIR}/${IMAGE_FILE}.manifest ${MANIFEST_DIR}/${IMAGE_FILE}.manifest.json \
"
do_deploy[builtin] = "deploy"
do_deploy[sstate-inputdirs] = "${WORKDIR}/deploy"
do_deploy[sstate-outputdirs] = "${DEPLOYDIR}"
do_deploy[cleandirs] = "${WORKDIR}/deploy"
addtask deploy after do_manifest before do_build

inherit_defer ${IMAGE_CLASSES}
