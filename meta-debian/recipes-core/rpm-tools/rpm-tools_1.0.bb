SUMMARY = "What tasks that make and read rpm packages, repositories and roots see as /: rpm, dnf, createrepo_c, signing"
LICENSE = "Apache-2.0"

inherit tools-distro

BOOTSTRAP_PACKAGES = " \
    usr-is-merged rpm dnf python3-dnf createrepo-c gpg gpg-agent gpgv sqlite3 cpio tar zstd xz-utils bzip2 binutils debugedit \
    file mount util-linux python3 squashfs-tools \
"

# The rpm of this distribution keeps its database below HOME; every task that makes another root says its own place.
bootstrap_finish:append() {
    mkdir -p "$root/etc/rpm"
    printf '%s\n' '%_dbpath /var/lib/rpm' '%_unitdir /usr/lib/systemd/system' > "$root/etc/rpm/macros.stx"
    find "$root/usr" -name __pycache__ -prune -exec rm -rf '{}' +
}
