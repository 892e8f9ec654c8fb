# A root of locked rpm packages alone: what class bootstrap makes of .deb packages with mmdebstrap, made by one transaction of dnf.
# Scriptlets run; manuals and translations are left out; licences stay.

inherit locked-repository rpm-root
deltask do_bootstrap

BOOTSTRAP_ROOT = "${WORKDIR}/bootstrap-root"

do_bootstrap_root() {
    rm -rf "${BOOTSTRAP_ROOT}"
    rpm_root_install "${BOOTSTRAP_ROOT}" "" ${BOOTSTRAP_ESSENTIAL} ${BOOTSTRAP_PACKAGES}
    cd "${BOOTSTRAP_ROOT}"
    rm -rf etc/resolv.conf etc/hostname etc/passwd- etc/shadow- etc/group- etc/gshadow-
    : > etc/machine-id
    find var/log var/cache tmp run -mindepth 1 ! -type d -delete
    for folder in man info doc locale; do
        find "usr/share/$folder" -mindepth 1 -delete 2> /dev/null || true
    done
    tar --create --file "${BOOTSTRAP_DIR}/root.tar" --sort=name --numeric-owner --format=pax \
        --pax-option='exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime' \
        --mtime="@${SOURCE_DATE_EPOCH}" --clamp-mtime --exclude='./dev/*' --exclude='./proc/*' --exclude='./sys/*' .
    cd "${WORKDIR}"
    rm -rf "${BOOTSTRAP_ROOT}"
}
do_bootstrap_root[fakeroot] = "1"
do_bootstrap_root[umask] = "022"
do_bootstrap_root[cleandirs] = "${BOOTSTRAP_DIR}"
do_bootstrap_root[dirs] = "${BOOTSTRAP_DIR} ${WORKDIR}"
do_bootstrap_root[sandbox-ro] = "${LOCKED_REPOSITORY}"
do_bootstrap_root[sstate-outputdirs] = "${BOOTSTRAP_DIR}"
do_bootstrap_root[depends] = "${RPM_TOOLS_TASK}"
SANDBOX_ROOT:task-bootstrap-root = "${RPM_TOOLS_ROOT}"
addtask bootstrap_root after do_locked_repository before do_unpack_root do_build
