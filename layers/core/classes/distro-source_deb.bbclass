# The part of class distro-source for the family "deb": a `.dsc`, built by its debian/rules. Patches of the packaging may change
# debian/ alone; those of the source join debian/patches (format 3.0 (quilt)), or are applied.

# What debian/rules may leave out, and how it builds. How many processes there are does not count.
DEB_BUILD_PROFILES ?= "nocheck"
DEB_BUILD_OPTIONS ?= "nocheck"

# As unpacked and patched, and the copy that is built.
B = "${SOURCE_BUILD_DIR}/source"

# Its files were checked against their sums by fetch and unpack.
do_unpack_source() {
    rm -rf "${S}"
    dpkg-source --no-copy --no-check --skip-patches --extract "${WORKDIR}"/source-package/*.dsc "${S}"
}

PATCH_WITHIN:task-patch-packaging = "debian"
PATCH_SERIES:task-patch = "${S}/debian/patches"

# A copy with all patches applied and the higher version.
do_configure() {
    rm -rf "${SOURCE_BUILD_DIR}"
    mkdir -p "${SOURCE_BUILD_DIR}"
    cp -a "${S}" "${B}"
    cd "${B}"
    if grep -q quilt debian/source/format 2>/dev/null; then
        dpkg-source --before-build .
    fi
    {
        printf '%s (%s%s) %s; urgency=medium\n\n  * Rebuilt with changes of the layers.\n' \
            "$(dpkg-parsechangelog -S Source)" "$(dpkg-parsechangelog -S Version)" "$(distro_source_suffix)" \
            "$(dpkg-parsechangelog -S Distribution)"
        cat "${WORKDIR}"/.patches-applied-packaging "${WORKDIR}"/.patches-applied-source 2>/dev/null |
            sed -n 's/.*\.\(patch\|diff\)$/  * &/p'
        printf '\n -- %s  %s\n\n' "${MAINTAINER}" "$(date -R -u -d "@${SOURCE_DATE_EPOCH}")"
        cat debian/changelog
    } > "${WORKDIR}/changelog"
    cat "${WORKDIR}/changelog" > debian/changelog
}
do_configure[dirs] = "${WORKDIR}"

do_compile() {
    export DEB_BUILD_OPTIONS="${DEB_BUILD_OPTIONS} parallel=$(echo "${PARALLEL_MAKE}" | sed 's/[^0-9]//g')"
    export DEB_BUILD_PROFILES="${DEB_BUILD_PROFILES}"
    dpkg-buildpackage --build=binary --no-sign
}
do_compile[fakeroot] = "1"
do_compile[umask] = "022"

# For recipes that build with what it offers.
do_install() {
    for package in ${PACKAGES}; do
        dpkg-deb --extract "${SOURCE_BUILD_DIR}/$package"_*.deb "${D}"
    done
}

PKGWRITEDIRDEB ?= "${TMPDIR}/deploy-deb/${PN}"
do_package_write_deb() {
    for package in ${PACKAGES}; do
        if ! ls "${SOURCE_BUILD_DIR}/$package"_*.deb > /dev/null 2>&1; then
            echo "the source package makes no package $package, which PACKAGES names; it makes:" >&2
            (cd "${SOURCE_BUILD_DIR}" && ls -- *.deb) >&2
            exit 1
        fi
        cp "${SOURCE_BUILD_DIR}/$package"_*.deb "${PKGWRITEDIRDEB}"
    done
    # What feed and manifest want to know of each.
    first='['
    for file in "${PKGWRITEDIRDEB}"/*.deb; do
        size=$(dpkg-deb -f "$file" Installed-Size)
        printf '%s\n  { "package": "%s", "version": "%s", "architecture": "%s", "file": "%s", "license": "%s", "recipe": "%s", "installedSizeBytes": %s }' \
            "$first" "$(dpkg-deb -f "$file" Package)" "$(dpkg-deb -f "$file" Version)" \
            "$(dpkg-deb -f "$file" Architecture)" "$(basename "$file")" "$(distro_source_license)" "${PN}" "$(expr 1024 '*' "$size")"
        first=','
    done > "${WORKDIR}/packages.json"
    printf '\n]\n' >> "${WORKDIR}/packages.json"
    cp "${WORKDIR}/packages.json" "${PKGWRITEDIRDEB}/"
}
do_package_write_deb[cleandirs] = "${PKGWRITEDIRDEB}"
do_package_write_deb[dirs] = "${PKGWRITEDIRDEB} ${WORKDIR}"
do_package_write_deb[umask] = "022"
do_package_write_deb[sstate-outputdirs] = "${PKGWRITEDIRDEB}"
do_package_write_deb[depends] += "${BUILD_ROOT_TASK}"
do_package_write_deb[rdeptask] = "do_package_write_deb"
addtask package_write_deb after do_compile before do_build
