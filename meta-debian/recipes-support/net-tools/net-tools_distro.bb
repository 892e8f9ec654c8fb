SUMMARY = "Debian's net-tools, rebuilt with changes of ours"
HOMEPAGE = "http://sourceforge.net/projects/net-tools/"
LICENSE = "GPL-2.0-or-later"
LIC_FILES_CHKSUM = "file://COPYING;md5=b234ee4d69f5fce4486a80fdaf4a4263"

COMPATIBLE_DISTRO = "debian-bookworm"
SKIP_REASON = "its patches are made for the source package of Debian 12"

# The lock says which version.
SRC_URI = "distro://net-tools file://0001-version-of-our-build.patch"
PKGMETA_URI = "file://0001-debian-describe-the-rebuild.patch"

inherit distro-source

PACKAGES = "net-tools"
