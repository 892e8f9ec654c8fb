# How packages of the family "deb" get into an image, and what the image then says about them.

# With the image's own apt, from the feed alone.
rootfs_install_packages() {
    if [ -z "$(echo ${IMAGE_INSTALL})" ]; then
        return 0
    fi
    mkdir -p "${IMAGE_ROOTFS}/run/feed"
    cp -r "${FEED_DIR}/." "${IMAGE_ROOTFS}/run/feed/"
    echo "deb [trusted=yes] copy:/run/feed ./" > "${IMAGE_ROOTFS}/run/feed.list"
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
        exec chroot "$root" "$@"' sh "${IMAGE_ROOTFS}" "$@"
}

# One line a package: name, version, architecture, where it comes from, SHA-256 of its file, digest of the task
# output that holds it (- for a locked one).
rootfs_manifest() {
    {
        deb_stanzas built "${FEED_DIR}/Packages"
        deb_stanzas locked "${LOCKED_PACKAGES}"
    } > "${WORKDIR}/package-sources"
    chroot "${IMAGE_ROOTFS}" dpkg-query --show \
        --showformat '$''{Package} $''{Version} $''{Architecture} $''{db:Status-Status}\n' |
        awk 'NR == FNR { source[$2 " " $3 " " $4] = $1 " " $5 " " $6; next }
            $4 == "installed" {
                key = $1 " " $2 " " $3
                if (!(key in source)) { print "no source is known for " key > "/dev/stderr"; exit 1 }
                print key " " source[key]
            }' "${WORKDIR}/package-sources" - | LC_ALL=C sort
}
LOCKED_PACKAGES = "${BOOTSTRAP_DIR}/packages"

# `WORD name version architecture sha256 output` for every stanza of a package index.
deb_stanzas() {
    if [ -e "$2" ]; then
        awk -v word="$1" '
            /^Package: / { name = $2 }
            /^Version: / { version = $2 }
            /^Architecture: / { architecture = $2 }
            /^SHA256: / { sum = $2 }
            /^Stx-Output: / { output = $2 }
            /^Package: / { output = "-" }
            /^$/ && name != "" { print word, name, version, architecture, sum, output; name = "" }
            END { if (name != "") print word, name, version, architecture, sum, output }' "$2"
    fi
}

# The release of the kernel that a vendor's kernel package brings.
rootfs_kernel_release() {
    chroot "${IMAGE_ROOTFS}" dpkg-query --show --showformat '$''{Depends}\n' "$1" | tr ',|' '\n\n' |
        sed -n 's/^ *linux-image-\([0-9][^ ]*\).*/\1/p' | head -n 1
}
