# How packages of the family "rpm" get into an image, and what the image then says about them: one transaction of dnf puts the
# locked packages of the vendor and ours into an empty root. docs/rpm-images.md.

inherit locked-repository rpm-root
# The vendor's packages, and what ours need of the vendor; there is no root of them alone.
LOCKED_ROOTS = "${PN} ${PN}:run"
do_fetch[lock-root] = "${LOCKED_ROOTS}"
deltask do_bootstrap

SANDBOX_ROOT:task-rootfs = "${RPM_TOOLS_ROOT}"
ROOTFS_TOOLS_TASK = "${RPM_TOOLS_TASK} ${PN}:do_locked_repository"
ROOTFS_INPUTS = "${LOCKED_REPOSITORY}"

# What the class of INITRAMFS_GENERATOR does when all packages are there.
ROOTFS_INITRAMFS_COMMAND ?= ""
# "0" lets an image differ from what its packages brought.
ROOTFS_VERIFY ?= "1"

rootfs_install() {
    touch "${WORKDIR}/rootfs-started"
    rpm_root_install "${IMAGE_ROOTFS}" "${FEED_DIR}" ${BOOTSTRAP_ESSENTIAL} ${BOOTSTRAP_PACKAGES} ${IMAGE_INSTALL}
    ${ROOTFS_INITRAMFS_COMMAND}
}

# IMAGE_INSTALL into a root that is there.
rootfs_install_packages() {
    touch "${WORKDIR}/rootfs-started"
    rpm_root_install "${IMAGE_ROOTFS}" "${FEED_DIR}" ${IMAGE_INSTALL}
}

# Runs a program inside the image, with the kernel's file systems for as long as it runs.
rootfs_chroot() {
    unshare --mount sh -ec 'root="$1"
        shift
        mount --rbind /dev "$root/dev"
        mount --rbind /proc "$root/proc"
        exec chroot "$root" "$@"' sh "${IMAGE_ROOTFS}" "$@"
}

# One line a package, its fields between tabs: name, version, architecture, bytes installed, licence. Before it is said, what is
# in the image is compared with what the packages brought, and what was made here gets the time of all files. Images need not
# have an rpm of their own.
rootfs_installed() {
    rootfs_times "${IMAGE_ROOTFS}"
    if [ "${ROOTFS_VERIFY}" = 1 ]; then
        rpm_root_verify "${IMAGE_ROOTFS}"
    fi
    rpm_root_rpm "${IMAGE_ROOTFS}" --query --all \
        --queryformat '%{NAME}\t%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\t%{ARCH}\t%{LONGSIZE}\t%{LICENSE}\n' \
        > "${WORKDIR}/rootfs-packages"
    grep -v '^gpg-pubkey' "${WORKDIR}/rootfs-packages" | LC_ALL=C sort
    rm -f "${IMAGE_ROOTFS}${RPM_DBPATH}"/rpmdb.sqlite-* "${IMAGE_ROOTFS}${RPM_DBPATH}/.rpm.lock"
}

# What was made here gets the time of all files; what packages brought keeps its own, which rpm compares.
rootfs_times() {
    find "$1" -xdev -newer "${WORKDIR}/rootfs-started" -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH}" {} +
}

# The program itself would give SOURCE_DATE_EPOCH to every file that is younger, those of packages, too.
mksquashfs() {
    rootfs_times "${IMAGE_ROOTFS}"
    env --unset=SOURCE_DATE_EPOCH mksquashfs "$@" -mkfs-time "${SOURCE_DATE_EPOCH}"
}

# The release of the kernel that a vendor's kernel package brings, itself or by the packages that it stands for.
rootfs_kernel_release() {
    for folder in "${IMAGE_ROOTFS}"/usr/lib/modules/*; do
        owner=$(rpm_root_rpm "${IMAGE_ROOTFS}" --query --file --queryformat '%{NAME}\n' "/usr/lib/modules/$(basename "$folder")/modules.order")
        case "$owner" in
        "$1"|"$1-core"|"$1-modules-core")
            basename "$folder"
            return 0
            ;;
        esac
    done
    echo "no kernel in the image is that of $1" >&2
    return 1
}
