# Writes the packages that do_package left as .deb files, with the dpkg-deb of the build root. Same input, same bytes:
# one time for every file, owner root, one thread (the number of threads shows in xz output).

PKGWRITEDIRDEB ?= "${TMPDIR}/deploy-deb/${PN}"
DEB_STAGING = "${WORKDIR}/deb-staging"
DEB_COMPRESSION ?= "xz"
DEB_ARCH ??= "amd64"

do_package_write_deb() {
    for package in "${PKGDEST}"/*; do
        if [ ! -d "$package/deb" ]; then
            continue
        fi
        staging="${DEB_STAGING}/$(basename "$package")"
        mkdir -p "$staging/DEBIAN"
        cp -a "$package/root/." "$staging/"
        cp -a "$package/deb/." "$staging/DEBIAN/"
        chmod 0755 "$staging" "$staging/DEBIAN"
        find "$staging" -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH}" {} +
        dpkg-deb --root-owner-group --threads-max=1 -Z${DEB_COMPRESSION} --build "$staging" "${PKGWRITEDIRDEB}"
    done
    rm -rf "${DEB_STAGING}"
}
do_package_write_deb[cleandirs] = "${DEB_STAGING} ${PKGWRITEDIRDEB}"
do_package_write_deb[dirs] = "${PKGWRITEDIRDEB} ${DEB_STAGING}"
do_package_write_deb[umask] = "022"
do_package_write_deb[sandbox-ro] = "${PKGDEST}"
do_package_write_deb[sstate-outputdirs] = "${PKGWRITEDIRDEB}"
do_package_write_deb[depends] += "${SHLIBS_ROOT_TASK}"
# Whoever asks for these packages gets those that they need, too.
do_package_write_deb[rdeptask] = "do_package_write_deb"
addtask package_write_deb after do_package before do_build
