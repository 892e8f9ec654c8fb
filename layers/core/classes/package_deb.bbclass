# Writes the packages that do_package left as .deb files, with the dpkg-deb of the build root. Same input, same bytes:
# one time for every file, owner root, one thread (the number of threads shows in xz output).

PKGWRITEDIRDEB ?= "${TMPDIR}/deploy-deb/${PN}"
DEB_STAGING = "${WORKDIR}/deb-staging"
DEB_COMPRESSION ?= "xz"
DEB_ARCH ?= "${DISTRO_TARGET_ARCH}"
# What the policy calls the changelog of a package that is not the author's own.
DEB_CHANGELOG = "changelog.Debian.gz"
PACKAGE_USERADD_DEPENDS ?= "passwd"

do_package_write_deb() {
    for package in "${PKGDEST}"/*; do
        name=$(basename "$package")
        control="${PKGCONTROL}/deb/$name"
        if [ ! -d "$control" ]; then
            continue
        fi
        staging="${DEB_STAGING}/$name"
        mkdir -p "$staging/DEBIAN"
        cp -a "$package/root/." "$staging/"
        if [ -d "$control/root" ]; then
            cp -r "$control/root/." "$staging/"
        fi
        if [ -e "$control/libraries" ]; then
            while IFS= read -r path; do
                chmod a-x "$staging/$path"
            done < "$control/libraries"
        fi
        cp -a "$control/control/." "$staging/DEBIAN/"
        chmod 0755 "$staging" "$staging/DEBIAN"
        find "$staging" -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH}" {} +
        DPKG_DEB_THREADS_MAX=1 dpkg-deb --root-owner-group -Z${DEB_COMPRESSION} --build "$staging" "${PKGWRITEDIRDEB}"
    done
    cp "${PKGCONTROL}/deb/packages.json" "${PKGWRITEDIRDEB}/"
    rm -rf "${DEB_STAGING}"
}
do_package_write_deb[cleandirs] = "${DEB_STAGING} ${PKGWRITEDIRDEB}"
do_package_write_deb[dirs] = "${PKGWRITEDIRDEB} ${DEB_STAGING}"
do_package_write_deb[umask] = "022"
do_package_write_deb[sandbox-ro] = "${PKGDEST} ${PKGCONTROL}"
do_package_write_deb[sstate-outputdirs] = "${PKGWRITEDIRDEB}"
do_package_write_deb[depends] += "${SHLIBS_ROOT_TASK}"
# Whoever asks for these packages gets those that they need, too.
do_package_write_deb[rdeptask] = "do_package_write_deb"
addtask package_write_deb after do_package do_package_revision before do_build
