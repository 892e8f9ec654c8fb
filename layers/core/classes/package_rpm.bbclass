# Writes the packages that do_package left as .rpm files: rpmbuild packs the trees after a spec file that
# do_package_revision made, in a root of tools of its own. Same input, same bytes: times, host name and compression are fixed.

PKGWRITEDIRRPM ?= "${TMPDIR}/deploy-rpm/${PN}"
RPM_STAGING = "${WORKDIR}/rpm-staging"
RPM_COMPRESSION ?= "w6.zstdio"
RPM_VENDOR ??= ""
# The linker's cache is renewed where libraries come and go.
RPM_LDCONFIG ?= "1"
# What scriptlets that make accounts and alternatives need.
PACKAGE_USERADD_DEPENDS ?= "shadow-utils"
PACKAGE_ALTERNATIVES_DEPENDS ?= "/usr/sbin/update-alternatives"

# The root that rpmbuild and the other tools of the format stand in, and the task that makes it.
RPM_TOOLS ?= "rpm-tools"
RPM_TOOLS_ROOT ?= "${ROOTS_DIR}/${RPM_TOOLS}"
RPM_TOOLS_TASK ?= "${RPM_TOOLS}:do_unpack_root"

# Directories that belong to everybody: no package of ours owns them. `*` is one component.
RPM_SHARED_DIRECTORIES ?= " \
    /usr /usr/bin /usr/sbin /usr/lib /usr/lib64 /usr/libexec /usr/include /usr/share /usr/src /usr/local /usr/local/* \
    /usr/share/doc /usr/share/info /usr/share/licenses /usr/share/man /usr/share/man/man* /usr/share/locale \
    /usr/share/aclocal /usr/share/pkgconfig /usr/share/applications /usr/share/icons /usr/share/bash-completion \
    /usr/share/bash-completion/completions /usr/lib64/pkgconfig /usr/lib64/cmake /usr/lib/debug /usr/lib/debug/.build-id \
    /usr/lib/debug/.build-id/* /usr/src/debug /usr/lib/python* /usr/lib/python*/site-packages /usr/lib64/python* \
    /usr/lib64/python*/site-packages /usr/lib/systemd /usr/lib/systemd/system /usr/lib/systemd/system/*.wants \
    /usr/lib/systemd/system/*.requires /usr/lib/tmpfiles.d /usr/lib/sysusers.d /usr/lib/udev /usr/lib/udev/rules.d \
    /usr/lib/modules /usr/lib/modules-load.d /usr/lib/sysctl.d ${libdir} ${libdir}/pkgconfig \
    /bin /sbin /lib /lib64 /opt /srv /etc /etc/init.d /etc/rc.d /etc/rc.d/init.d /etc/profile.d /etc/logrotate.d \
    /etc/alternatives /etc/cron.d /etc/pam.d /etc/sysconfig /etc/modprobe.d /etc/sudoers.d /etc/default /etc/systemd /etc/systemd/system \
    /var /var/lib /var/log /var/cache /var/spool /var/run /run \
"

do_package_write_rpm() {
    for group in "${PKGCONTROL}"/rpm/*; do
        if [ ! -d "$group" ]; then
            continue
        fi
        architecture=$(basename "$group")
        tree="${RPM_STAGING}/tree-$architecture"
        mkdir -p "$tree"
        while read -r name; do
            cp -a "${PKGDEST}/$name/root/." "$tree/"
        done < "$group/packages"
        if [ -d "$group/root" ]; then
            cp -r "$group/root/." "$tree/"
        fi
        # Links that are made at installation: rpmbuild wants to see what a package owns.
        if [ -e "$group/links" ]; then
            while read -r path target; do
                mkdir -p "$(dirname "$tree/$path")"
                ln -sfn "$target" "$tree/$path"
            done < "$group/links"
        fi
        find "$tree" -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH}" {} +
        package_run_rpmbuild "$group" "$tree" "$architecture"
    done
    cp "${PKGCONTROL}/rpm/packages.json" "${PKGWRITEDIRRPM}/"
    rm -rf "${RPM_STAGING}"
}

# Folder of the spec file, tree, architecture. The file says all: nothing is found out, stripped or compressed by rpm.
package_run_rpmbuild() {
    cp -r "$1" "${RPM_STAGING}/parts-$3"
    rpmbuild -bb --quiet --nodeps --target "$3-linux" \
        --define "_topdir ${RPM_STAGING}/top" --define "_rpmdir ${PKGWRITEDIRRPM}" --define "_tmppath ${RPM_STAGING}" \
        --define "_builddir ${RPM_STAGING}/parts-$3" --define "stx_parts ${RPM_STAGING}/parts-$3" --define "stx_tree $2" \
        --define "_dbpath ${RPM_STAGING}/db" \
        --define '_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm' --define '_buildhost stx-bake' \
        --define 'use_source_date_epoch_as_buildtime 1' --define 'clamp_mtime_to_source_date_epoch 1' \
        --define 'source_date_epoch_from_changelog 0' --define '_binary_payload ${RPM_COMPRESSION}' \
        --define '__spec_install_post %{nil}' --define 'debug_package %{nil}' \
        --define '_build_id_links none' --define '_missing_build_ids_terminate_build 0' --define 'optflags %{nil}' \
        --define '_empty_manifest_terminate_build 0' \
        "$1/package.spec"
}
do_package_write_rpm[cleandirs] = "${RPM_STAGING} ${PKGWRITEDIRRPM}"
do_package_write_rpm[dirs] = "${PKGWRITEDIRRPM} ${RPM_STAGING}"
do_package_write_rpm[umask] = "022"
do_package_write_rpm[sandbox-ro] = "${PKGDEST} ${PKGCONTROL}"
do_package_write_rpm[sstate-outputdirs] = "${PKGWRITEDIRRPM}"
do_package_write_rpm[depends] += "${RPM_TOOLS_TASK}"
# The root of this task alone.
SANDBOX_ROOT:task-package-write-rpm = "${RPM_TOOLS_ROOT}"
# Whoever asks for these packages gets those that they need, too.
do_package_write_rpm[rdeptask] = "do_package_write_rpm"
addtask package_write_rpm after do_package do_package_revision before do_build
