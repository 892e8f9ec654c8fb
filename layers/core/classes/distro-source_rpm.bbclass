# The part of class distro-source for the family "rpm": a `.src.rpm`, built by its spec file. Patches of the packaging change
# that file and what lies beside it; those of the source become patches of it.

# Options of rpmbuild: what is left out of the build.
RPMBUILD_OPTIONS ?= "--nocheck"

# Spec file and sources as they came, patched.
B = "${SOURCE_BUILD_DIR}"

do_unpack_source() {
    rm -rf "${S}"
    mkdir -p "${S}"
    rpm --install --dbpath "${WORKDIR}/rpm-database" --define "_sourcedir ${S}" --define "_specdir ${S}" \
        "${WORKDIR}"/*.src.rpm
}

PATCH_SERIES:task-patch = "${S}"

# With the suffix at the end of the release: by way of %dist, which may stand in a macro of the tag, or behind a tag without.
distro_source_rpmbuild() {
    dist="$(rpm --eval '%{?dist}')$(distro_source_suffix)"
    spec="${WORKDIR}/$(basename "${S}"/*.spec)"
    cat "${S}"/*.spec > "$spec"
    release=$(rpmspec --query --srpm --define "dist $dist" --define "_sourcedir ${S}" --queryformat '%{RELEASE}' "$spec")
    case "$release" in
    *"$dist"*) ;;
    *) sed -i '/^Release:/s/[[:space:]]*$/%{dist}/' "$spec" ;;
    esac
    rpmbuild "$@" --dbpath "${WORKDIR}/rpm-database" --define "_topdir ${SOURCE_BUILD_DIR}" --define "_sourcedir ${S}" \
        --define "_smp_mflags ${PARALLEL_MAKE}" --define "dist $dist" \
        --define '_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm' --define '_buildhost stx-bake' \
        --define 'use_source_date_epoch_as_buildtime 1' --define 'clamp_mtime_to_source_date_epoch 1' \
        --define 'source_date_epoch_from_changelog 0' "$spec"
}

# The sources with all patches: a patch that does not apply is told before anything is compiled.
do_configure() {
    rm -rf "${SOURCE_BUILD_DIR}"
    mkdir -p "${SOURCE_BUILD_DIR}"
    distro_source_rpmbuild -bp --nodeps
}
do_configure[dirs] = "${WORKDIR}"

do_compile() {
    rm -rf "${SOURCE_BUILD_DIR}"
    mkdir -p "${SOURCE_BUILD_DIR}"
    distro_source_rpmbuild -bb ${RPMBUILD_OPTIONS}
}
do_compile[dirs] = "${WORKDIR}"
do_compile[fakeroot] = "1"
do_compile[umask] = "022"

# The files of the package $1: names of files do not tell where that of a package ends.
distro_source_files() {
    for file in "${SOURCE_BUILD_DIR}"/RPMS/*.rpm; do
        if [ "$(distro_source_query "$file" '%{NAME}')" = "$1" ]; then
            echo "$file"
        fi
    done
}

distro_source_query() {
    rpm --query --package --nosignature --dbpath "${WORKDIR}/rpm-database" --queryformat "$2" "$1"
}

# For recipes that build with what it offers.
do_install() {
    for package in ${PACKAGES}; do
        for file in $(distro_source_files "$package"); do
            (cd "${D}" && rpm2cpio "$file" | cpio --quiet -idm)
        done
    done
}

PKGWRITEDIRRPM ?= "${TMPDIR}/deploy-rpm/${PN}"
do_package_write_rpm() {
    # What feed and manifest want to know of each.
    first='['
    for package in ${PACKAGES}; do
        files=$(distro_source_files "$package")
        if [ -z "$files" ]; then
            echo "the source package makes no package $package, which PACKAGES names; it makes:" >&2
            (cd "${SOURCE_BUILD_DIR}/RPMS" && ls -- *.rpm) >&2
            exit 1
        fi
        for file in $files; do
            cp "$file" "${PKGWRITEDIRRPM}"
            printf '%s\n  ' "$first"
            distro_source_query "$file" '{ "package": "%{NAME}", "version": "%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}", "architecture": "%{ARCH}", "installedSizeBytes": %{SIZE}, '
            printf '"file": "%s", "license": "%s", "recipe": "%s" }' "$(basename "$file")" "$(distro_source_license)" "${PN}"
            first=','
        done
    done > "${WORKDIR}/packages.json"
    printf '\n]\n' >> "${WORKDIR}/packages.json"
    cp "${WORKDIR}/packages.json" "${PKGWRITEDIRRPM}/"
}
do_package_write_rpm[cleandirs] = "${PKGWRITEDIRRPM}"
do_package_write_rpm[dirs] = "${PKGWRITEDIRRPM} ${WORKDIR}"
do_package_write_rpm[umask] = "022"
do_package_write_rpm[sstate-outputdirs] = "${PKGWRITEDIRRPM}"
do_package_write_rpm[depends] += "${BUILD_ROOT_TASK}"
do_package_write_rpm[rdeptask] = "do_package_write_rpm"
addtask package_write_rpm after do_compile before do_build
