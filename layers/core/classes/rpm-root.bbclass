# A root of rpm packages, made by one transaction of dnf in the root of rpm's tools: from the locked packages of the vendor and,
# if there is one, a feed of ours; without network. Which packages these are was decided when the lock was written, by their sums.

RPM_TOOLS ?= "rpm-tools"
RPM_TOOLS_ROOT ?= "${ROOTS_DIR}/${RPM_TOOLS}"
RPM_TOOLS_TASK ?= "${RPM_TOOLS}:do_unpack_root"
RPM_ROOT_WORK = "${WORKDIR}/rpm-root"

# rpm_root_install ROOT FEED WORD...: FEED is a folder with an index, or empty. Scriptlets run in the root; one that fails
# stops the task.
rpm_root_install() {
    root="$1"
    feed="$2"
    shift 2
    rm -rf "${RPM_ROOT_WORK}"
    mkdir -p "${RPM_ROOT_WORK}/index" "${RPM_ROOT_WORK}/log" "${RPM_ROOT_WORK}/home"
    createrepo_c --quiet --no-database --workers 2 --outputdir "${RPM_ROOT_WORK}/index" \
        --baseurl "file://${LOCKED_REPOSITORY}" "${LOCKED_REPOSITORY}"
    rpm_root_repositories "$feed" > "${RPM_ROOT_WORK}/locked.repo"
    # What is mounted there is not a package's to change, and an ordinary user may not.
    printf '%%_dbpath ${RPM_DBPATH}\n%%_netsharedpath /dev:/proc:/sys\n' > "${RPM_ROOT_WORK}/home/.rpmmacros"
    mkdir -p "$root"
    for folder in proc sys dev; do
        if [ ! -d "$root/$folder" ]; then
            mkdir -m 0555 "$root/$folder"
        fi
    done
    chmod 0755 "$root/dev"
    if ! rpm_root_transaction "$root" "$@" > "${RPM_ROOT_WORK}/transaction" 2>&1; then
        cat "${RPM_ROOT_WORK}/transaction" >&2
        return 1
    fi
    cat "${RPM_ROOT_WORK}/transaction"
    if grep -E 'scriptlet failed|Error in [A-Z]+ scriptlet' "${RPM_ROOT_WORK}/transaction" >&2; then
        echo "a scriptlet of the packages above has failed" >&2
        return 1
    fi
    rpm_root_database "$root"
}

rpm_root_repositories() {
    printf '[locked]\nname=locked\nbaseurl=file://%s\nmodule_hotfixes=1\n' "${RPM_ROOT_WORK}/index"
    if [ -n "$1" ]; then
        printf '[feed]\nname=feed\nbaseurl=file://%s\nmodule_hotfixes=1\n' "$1"
    fi
}

rpm_root_transaction() {
    target="$1"
    shift
    unshare --mount sh -ec 'root="$1"
        shift
        mount --rbind /dev "$root/dev"
        mount --rbind /proc "$root/proc"
        exec "$@"' sh "$target" env HOME="${RPM_ROOT_WORK}/home" PYTHONHASHSEED=0 dnf --assumeyes --quiet \
        --installroot="$target" --releasever="${DISTRO_VERSION}" --forcearch="${DISTRO_TARGET_ARCH}" --disableplugin='*' \
        --setopt=reposdir="${RPM_ROOT_WORK}" --setopt=varsdir= --setopt=persistdir="${RPM_ROOT_WORK}/state" \
        --setopt=cachedir="${RPM_ROOT_WORK}/cache" --setopt=logdir="${RPM_ROOT_WORK}/log" --setopt=install_weak_deps=False \
        --setopt=gpgcheck=0 --setopt=tsflags= --setopt=module_platform_id="${DNF_MODULE_PLATFORM}" install "$@"
}

# The same packages leave the same bytes: no journal beside the database, no trace of the folders that were used.
rpm_root_database() {
    for database in "$1${RPM_DBPATH}/rpmdb.sqlite"; do
        if [ -e "$database" ]; then
            sqlite3 "$database" 'PRAGMA journal_mode=DELETE; VACUUM;' > /dev/null
            rm -f "$database-wal" "$database-shm"
        fi
    done
    rm -f "$1${RPM_DBPATH}/.rpm.lock"
    # dnf has some of its logs below the root, under the path of its work folder.
    work="${RPM_ROOT_WORK}"
    rm -rf "$work" "$1$work"
    (cd "$1" && rmdir --parents --ignore-fail-on-non-empty ".$(dirname "$work")") 2> /dev/null || true
}

# rpm_root_rpm ROOT WORD...: rpm of the tools over the packages of a root, which need not have rpm itself.
rpm_root_rpm() {
    root="$1"
    shift
    rpm --root "$root" --dbpath "${RPM_DBPATH}" "$@"
}

# rpm_root_verify ROOT: whether everything is as the packages brought it.
rpm_root_verify() {
    if ! rpm_root_rpm "$1" --verify --all > "${WORKDIR}/verified" 2>&1; then
        cat "${WORKDIR}/verified" >&2
        echo "rpm --verify finds what packages did not bring so; settings may change files that packages mark as theirs to change" >&2
        return 1
    fi
}
