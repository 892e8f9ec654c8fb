# Where the package manager of an image finds packages: the vendor's repositories below IMAGE_MIRROR, and ours.

# The vendor's archive as running systems reach it; the mirror of the build is none of their business. Empty: none.
IMAGE_MIRROR ??= ""
# Which of REPOSITORIES; IMAGE_REPOSITORY_URL[id] is the address of one that lies elsewhere.
IMAGE_REPOSITORIES ?= "${REPOSITORIES}"
# The keyring of the vendor in an image.
IMAGE_KEYRING ??= ""
# Where DEPLOY_DIR_FEED is published, and the file with the public half of the key that signs it, which goes to IMAGE_FEED_KEY.
IMAGE_FEED_URL ??= ""
IMAGE_FEED_KEY_FILE ??= ""
IMAGE_FEED_KEY ?= "/etc/apt/keyrings/stx-feed.asc"
IMAGE_FEED_KEY:rpm ?= "/etc/pki/rpm-gpg/RPM-GPG-KEY-stx-feed"
IMAGE_FEED_KEY_IN_IMAGE = "${@d.getVar('IMAGE_FEED_KEY') if d.getVar('IMAGE_FEED_KEY_FILE') else ''}"

# One line a repository: id|address|suite|components|keyring.
IMAGE_VENDOR_SOURCES = "${@'\n'.join([d.getVar('DISTRO') + '-' + name + '|' + url + '|' + (d.getVarFlag('REPOSITORY_SUITE', name) or '') + '|' + (d.getVarFlag('REPOSITORY_COMPONENTS', name) or '') + '|' + d.getVar('IMAGE_KEYRING') for name in d.getVar('IMAGE_REPOSITORIES').split() for own in [d.getVarFlag('REPOSITORY_URL', name) or ''] for mirror in [d.getVar('DISTRO_MIRROR') or '-'] for url in [d.getVarFlag('IMAGE_REPOSITORY_URL', name) or (d.getVar('IMAGE_MIRROR') + own[len(mirror):] if d.getVar('IMAGE_MIRROR') and own.startswith(mirror) else '')] if url])}"
IMAGE_FEED_SOURCE = "${@'stx-feed|' + d.getVar('IMAGE_FEED_URL') + '|' + d.getVar('DISTRO_CODENAME') + '|main|' + d.getVar('IMAGE_FEED_KEY_IN_IMAGE') if d.getVar('IMAGE_FEED_URL') else ''}"
IMAGE_SOURCES = "${IMAGE_VENDOR_SOURCES}\n${IMAGE_FEED_SOURCE}"
IMAGE_SOURCES[vardepvalue] = "${IMAGE_SOURCES}"

rootfs_sources() {
    printf '%b\n' '${IMAGE_SOURCES}' | while IFS='|' read -r id url suite components keyring; do
        if [ -n "$url" ]; then
            rootfs_write_source "$id" "$url" "$suite" "$components" "$keyring"
        fi
    done
    if [ -n "${IMAGE_FEED_KEY_FILE}" ]; then
        install -D -m 0644 "${IMAGE_FEED_KEY_FILE}" "${IMAGE_ROOTFS}${IMAGE_FEED_KEY}"
    fi
}

# A file for the repository $1 at $2, with suite $3, components $4 and keyring $5 as far as there are such.
IMAGE_SOURCES_DIR ?= "/etc/apt/sources.list.d"
IMAGE_SOURCES_DIR:rpm ?= "/etc/yum.repos.d"
rootfs_write_source() {
    mkdir -p "${IMAGE_ROOTFS}${IMAGE_SOURCES_DIR}"
    {
        printf 'Types: deb\nURIs: %s\nSuites: %s\n' "$2" "$3"
        if [ -n "$4" ]; then
            printf 'Components: %s\n' "$4"
        fi
        if [ -n "$5" ]; then
            printf 'Signed-By: %s\n' "$5"
        fi
    } > "${IMAGE_ROOTFS}${IMAGE_SOURCES_DIR}/$1.sources"
}
rootfs_write_source:rpm() {
    mkdir -p "${IMAGE_ROOTFS}${IMAGE_SOURCES_DIR}"
    {
        printf '[%s]\nname=%s\nbaseurl=%s\nenabled=1\n' "$1" "$1" "$2"
        if [ -n "$5" ]; then
            printf 'gpgcheck=1\ngpgkey=file://%s\n' "$5"
        fi
    } > "${IMAGE_ROOTFS}${IMAGE_SOURCES_DIR}/$1.repo"
}
