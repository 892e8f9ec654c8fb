# A repository of our packages for the package manager of running systems, signed when FEED_SIGNING_KEY names a key:
# deploy/feeds/DISTRO/CODENAME. FEED_PACKAGES names packages; all of their recipes and what they need come along.

FEED_PACKAGES ?= ""
FEED_SUITE = "${DISTRO_CODENAME}"
inherit feed_${PACKAGE_FAMILY}

# Fingerprint of the key, and the file with its secret part (`gpg --armor --export-secret-keys`), which is no part of
# signatures of tasks. Empty: the repository is not signed.
FEED_SIGNING_KEY ??= ""
FEED_KEY_FILE ??= ""
FEED_SIGNING_KEY[validpattern] = "([0-9A-Fa-f]{40})?"
FEED_SIGNING_KEY[doc] = "give the 40 digits of the fingerprint, as `gpg --list-secret-keys --with-colons` prints it"
CHECKED_VARIABLES += "FEED_SIGNING_KEY"

PACKAGES = "${PN}"
RDEPENDS:${PN} = "${FEED_PACKAGES}"
DEPLOY_DIR_FEED ?= "${DEPLOY_DIR}/feeds/${DISTRO}/${DISTRO_CODENAME}"

RPM_TOOLS ?= "rpm-tools"
RPM_TOOLS_ROOT ?= "${ROOTS_DIR}/${RPM_TOOLS}"
RPM_TOOLS_TASK ?= "${RPM_TOOLS}:do_unpack_root"

do_sign_feed() {
    cp -r "${FEED_DIR}/." "${DEPLOY_DIR_FEED}/"
    cd "${DEPLOY_DIR_FEED}"
    if [ -n "${FEED_SIGNING_KEY}" ]; then
        feed_sign
    fi
}
do_sign_feed[vardepsexclude] += "FEED_KEY_FILE DEPLOY_DIR_FEED"
do_sign_feed[cleandirs] = "${DEPLOY_DIR_FEED}"
do_sign_feed[dirs] = "${DEPLOY_DIR_FEED}"
do_sign_feed[umask] = "022"
do_sign_feed[sandbox-ro] = "${FEED_DIR} ${FEED_KEY_FILE}"
do_sign_feed[sstate-outputdirs] = "${DEPLOY_DIR_FEED}"
do_sign_feed[depends] = "${RPM_TOOLS_TASK}"
SANDBOX_ROOT:task-sign-feed = "${RPM_TOOLS_ROOT}"
addtask sign_feed before do_build

# A key ring for this task alone. No signature is older than its key: the time is that of all files, or the key's own.
feed_sign() {
    GNUPGHOME=$(mktemp -d)
    export GNUPGHOME
    trap 'gpgconf --kill all; rm -rf "$GNUPGHOME"' EXIT
    if [ ! -r "${FEED_KEY_FILE}" ] || ! gpg --batch --quiet --import "${FEED_KEY_FILE}"; then
        echo "FEED_KEY_FILE: there is no secret key in \"${FEED_KEY_FILE}\"" >&2
        return 1
    fi
    made=$(gpg --batch --with-colons --list-secret-keys "${FEED_SIGNING_KEY}" | awk -F: '$1 == "sec" { print $6; exit }')
    if [ -z "$made" ]; then
        echo "FEED_SIGNING_KEY: ${FEED_SIGNING_KEY} is not in FEED_KEY_FILE" >&2
        return 1
    fi
    time="${SOURCE_DATE_EPOCH}"
    if [ "$made" -gt "$time" ]; then
        time="$made"
    fi
    feed_sign_repository "${FEED_SIGNING_KEY}" "$time"
    gpg --batch --armor --export "${FEED_SIGNING_KEY}" > feed-key.asc
}

# gpg with the key $1 at the time $2.
feed_gpg() {
    key="$1"
    time="$2"
    shift 2
    gpg --batch --yes --quiet --local-user "$key" --digest-algo SHA256 --faked-system-time "$time!" \
        --ignore-time-conflict "$@"
}

deltask do_fetch
deltask do_unpack
deltask do_patch
deltask do_prepare_recipe_sysroot
deltask do_configure
deltask do_compile
deltask do_install
deltask do_populate_sysroot
