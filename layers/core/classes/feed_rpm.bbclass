# A repository of .rpm packages with the index that dnf reads, made by createrepo_c in the root of rpm's tools.

FEED_DIR ?= "${WORKDIR}/feed"
FEED_PACKAGES_DIR = "${WORKDIR}/feed-packages"
FEED_FORMAT = "rpm"
FEED_SUITE = ""

RPM_TOOLS ?= "rpm-tools"
RPM_TOOLS_ROOT ?= "${ROOTS_DIR}/${RPM_TOOLS}"
RPM_TOOLS_TASK ?= "${RPM_TOOLS}:do_unpack_root"

do_feed[builtin] = "feed"
do_feed[recrdeptask] = "${PACKAGE_WRITE_TASK}"
do_feed[sstate-outputdirs] = "${FEED_PACKAGES_DIR}"
addtask feed

do_feed_index() {
    cp -r "${FEED_PACKAGES_DIR}/." "${FEED_DIR}/"
    cd "${FEED_DIR}"
    feed_write_index
}
do_feed_index[cleandirs] = "${FEED_DIR}"
do_feed_index[dirs] = "${FEED_DIR}"
do_feed_index[umask] = "022"
do_feed_index[sandbox-ro] = "${FEED_PACKAGES_DIR}"
do_feed_index[sstate-outputdirs] = "${FEED_DIR}"
do_feed_index[depends] = "${RPM_TOOLS_TASK}"
SANDBOX_ROOT:task-feed-index = "${RPM_TOOLS_ROOT}"
addtask feed_index after do_feed before do_rootfs do_manifest do_sign_feed

# The index of the packages in the current folder; the same packages give the same bytes.
feed_write_index() {
    rm -rf repodata
    find . -name '*.rpm' -exec touch --date="@${SOURCE_DATE_EPOCH}" {} +
    createrepo_c --quiet --no-database --checksum sha256 --general-compress-type gz --workers 1 \
        --revision "${SOURCE_DATE_EPOCH}" --set-timestamp-to-revision .
}

# Signs every package and the index in the current folder with the key $1; $2 is the time of signatures. The list of
# packages holds digests of what they were without signatures.
feed_sign_repository() {
    rm -f packages.json
    find . -name '*.rpm' | LC_ALL=C sort | while IFS= read -r package; do
        rpmsign --addsign --define "_gpg_name $1" --define "_gpg_path $GNUPGHOME" --define "__gpg $(command -v gpg)" \
            --define "_gpg_sign_cmd_extra_args --faked-system-time $2! --ignore-time-conflict" "$package" > /dev/null
    done
    feed_write_index
    feed_gpg "$1" "$2" --armor --detach-sign --output repodata/repomd.xml.asc repodata/repomd.xml
}
