# A repository of .deb packages. Without FEED_SUITE it is flat, for images; with it apt reads it as `deb URL SUITE main`.

FEED_DIR ?= "${WORKDIR}/feed"
FEED_FORMAT = "deb"
FEED_SUITE ??= ""
FEED_COMPONENT ??= "main"
FEED_ORIGIN ??= "stx-bake"

do_feed[builtin] = "feed"
do_feed[recrdeptask] = "${PACKAGE_WRITE_TASK}"
do_feed[sstate-outputdirs] = "${FEED_DIR}"
addtask feed before do_rootfs do_manifest do_sign_feed

# Signs the repository in the current folder with the key $1; $2 is the time of signatures.
feed_sign_repository() {
    for release in dists/*/Release; do
        folder=$(dirname "$release")
        feed_gpg "$1" "$2" --clearsign --output "$folder/InRelease" "$release"
        feed_gpg "$1" "$2" --armor --detach-sign --output "$release.gpg" "$release"
    done
}
