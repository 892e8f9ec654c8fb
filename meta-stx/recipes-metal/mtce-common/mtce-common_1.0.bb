SUMMARY = "StarlingX maintenance base libraries"
DESCRIPTION = "Static libraries and headers that the maintenance daemons are made of."
SECTION = "libdevel"

require recipes-metal/metal-source.inc
LIC_FILES_CHKSUM = "file://LICENSE;md5=3b83ef96387f14655fc854ddc3c6bd57"

DEPENDS = "fm-common"
VENDOR_DEPENDS = "pkg:c++-compiler pc:libevent pc:json-c pc:libcrypto pc:uuid pc:libpq"

FLOCK_SUBPATH = "mtce-common/src"
# The moment of a build is no part of what it makes.
SRC_URI += "file://0001-no-time-of-build.patch"

inherit flock-makefile flock-package

# Its folders clean each other up, so one thing at a time.
PARALLEL_MAKE = ""
FLOCK_HEADER_PACKAGES = "libpq"
# The Makefile would ask lsb_release: it knows `trixie` and takes all else for the release before.
MAKE_VARS = "DEB_CODENAME=${DISTRO_CODENAME}"
MAKE_TARGET = "build"

# There is no rule that installs.
do_install() {
    install -d "${D}${libdir}" "${D}${includedir}/mtce-common" "${D}${includedir}/mtce-daemon"
    install -m 0644 "${B}"/common/*.a "${B}"/daemon/*.a "${D}${libdir}/"
    install -m 0644 "${B}"/common/*.h "${D}${includedir}/mtce-common/"
    install -m 0644 "${B}"/daemon/*.h "${D}${includedir}/mtce-daemon/"
}

PACKAGES = "${PN}-dev"
# Static libraries alone; who links them needs the headers of what they call.
RDEPENDS:${PN}-dev = "fm-common-dev"
