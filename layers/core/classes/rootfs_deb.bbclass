# How packages of the family "deb" get into an image, and what the image then says about them.

# What our packages need of the vendor beyond the image's own: it is there for apt to take.
inherit locked-repository
LOCKED_ROOTS = "${PN}:run"
LOCKED_INDEX = "deb"
BOOTSTRAP_PACKAGES:task-fetch-locked = ""
BOOTSTRAP_PACKAGES:task-locked-repository = ""
do_fetch_locked[vardepsexclude] += "BOOTSTRAP_PACKAGES"
do_locked_repository[vardepsexclude] += "BOOTSTRAP_PACKAGES"

# The vendor's packages as they were locked, then ours with the image's own apt, from the feed and what is locked alone.
rootfs_install() {
    tar --extract --numeric-owner --same-owner --same-permissions --file "${BOOTSTRAP_DIR}/root.tar" \
        --directory "${IMAGE_ROOTFS}"
    mkdir -p "${IMAGE_ROOTFS}/dev"
    if [ -n "$(echo ${IMAGE_INSTALL})" ]; then
        rootfs_install_packages
    fi
}

# IMAGE_INSTALL into a root that is there.
rootfs_install_packages() {
    mkdir -p "${IMAGE_ROOTFS}/run/feed" "${IMAGE_ROOTFS}/run/locked"
    cp -r "${FEED_DIR}/." "${IMAGE_ROOTFS}/run/feed/"
    {
        echo "deb [trusted=yes] copy:/run/feed ./"
        echo "deb [trusted=yes] file:/run/locked ./"
    } > "${IMAGE_ROOTFS}/run/feed.list"
    cat > "${IMAGE_ROOTFS}/run/apt.conf" <<END
Dir::Etc::sourcelist "/run/feed.list";
Dir::Etc::sourceparts "/dev/null";
APT::Sandbox::User "root";
APT::Install-Recommends "false";
Dpkg::Use-Pty "false";
DPkg::Options { "--force-unsafe-io"; "--force-confdef"; "--force-confold"; };
END
    rootfs_chroot env APT_CONFIG=/run/apt.conf DEBIAN_FRONTEND=noninteractive sh -c \
        'apt-get -q -o APT::Update::Error-Mode=any update && apt-get -q -y install ${IMAGE_INSTALL}'
    rm -rf "${IMAGE_ROOTFS}/var/lib/apt/lists"
    mkdir -p "${IMAGE_ROOTFS}/var/lib/apt/lists/partial"
    rm -f "${IMAGE_ROOTFS}"/var/lib/dpkg/*-old
}

# Runs a program inside the image, with the kernel's file systems for as long as it runs.
rootfs_chroot() {
    unshare --mount sh -ec 'root="$1"
        shift
        mount --rbind /dev "$root/dev"
        mount --rbind /proc "$root/proc"
        if [ -d "$root/run/locked" ]; then mount --bind "${LOCKED_REPOSITORY}" "$root/run/locked"; fi
        exec chroot "$root" "$@"' sh "${IMAGE_ROOTFS}" "$@"
}

# One line a package, its fields between tabs: name, version, architecture, bytes installed, licences. These stand in the
# copyright file: in a machine-readable one by name, in others by reference to common texts.
rootfs_installed() {
    awk '
        FNR == 1 { name = FILENAME; sub("/copyright$", "", name); sub(".*/", "", name); machine = /^Format(-Specification)?:/ }
        machine && /^License: */ { sub("^License: *", ""); add($0) }
        !machine { while (match($0, "/usr/share/common-licenses/[A-Za-z0-9.+-]*[A-Za-z0-9+]")) {
            add(substr($0, RSTART + 27, RLENGTH - 27))
            $0 = substr($0, RSTART + RLENGTH) } }
        function add(word) {
            sub("[ \t]*$", "", word)
            if (word != "" && !((name, word) in seen)) {
                seen[name, word] = 1
                print name "\t" word
            }
        }' "${IMAGE_ROOTFS}"/usr/share/doc/*/copyright > "${WORKDIR}/licences"
    chroot "${IMAGE_ROOTFS}" dpkg-query --show \
        --showformat '$''{db:Status-Status}\t$''{Package}\t$''{Version}\t$''{Architecture}\t$''{Installed-Size}\n' |
        awk -F '\t' -v OFS='\t' 'NR == FNR { licence[$1] = licence[$1] (licence[$1] == "" ? "" : " AND ") $2; next }
            $1 == "installed" { print $2, $3, $4, $5 * 1024, licence[$2] }' "${WORKDIR}/licences" - | LC_ALL=C sort
}

# The release of the kernel that a vendor's kernel package brings.
rootfs_kernel_release() {
    chroot "${IMAGE_ROOTFS}" dpkg-query --show --showformat '$''{Depends}\n' "$1" | tr ',|' '\n\n' |
        sed -n 's/^ *linux-image-\([0-9][^ ]*\).*/\1/p' | head -n 1
}
