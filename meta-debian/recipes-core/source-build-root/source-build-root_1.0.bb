SUMMARY = "What source packages of the vendor are built in: the compiler set, the packaging tools, their build dependencies"
LICENSE = "Apache-2.0"

inherit tool-root

COMPATIBLE_DISTRO = "debian"
SKIP_REASON = "it builds source packages of Debian"

# The last line: what the source packages of this layer name in Build-Depends.
BOOTSTRAP_PACKAGES = " \
    ${BUILD_ESSENTIAL_PACKAGES} build-essential dpkg-dev debhelper \
    gettext libselinux1-dev \
"
