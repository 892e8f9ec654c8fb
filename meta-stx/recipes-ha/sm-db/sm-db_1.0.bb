SUMMARY = "StarlingX service management databases"
DESCRIPTION = "Which services, groups and domains there are, as tables, and the library that reads them."
SECTION = "admin"

require recipes-ha/ha-source.inc
LIC_FILES_CHKSUM = "file://LICENSE;md5=3b83ef96387f14655fc854ddc3c6bd57"

DEPENDS = "sm-common build-info"
VENDOR_DEPENDS = "pkg:c++-compiler pc:sqlite3 pc:glib-2.0 pc:uuid cmd:sqlite3"

FLOCK_SUBPATH = "service-mgmt/sm-db"

inherit flock-makefile flock-package

# The Makefile names libraries before what needs them.
FLOCK_CFLAGS:append = " -Wl,--no-as-needed"
FLOCK_HEADER_PACKAGES = "glib-2.0"
MAKE_VARS = "VER=1.0.0 VER_MJR=1 INCLUDES=-I. SW_VERSION=$(flock_sw_version)"
MAKE_TARGET = "build"
MAKE_INSTALL_VARS = "LIBDIR=${D}${libdir}"

do_compile:append() {
    for name in sm sm.hb; do
        rm -f "${B}/database/$name.db"
        sqlite3 "${B}/database/$name.db" < "${B}/database/create_$(echo "$name" | tr . _)_db.sql"
    done
}

do_install:append() {
    install -D -m 0644 "${S}/debian/deb_folder/tmpfiles.conf" "${D}${nonarch_libdir}/tmpfiles.d/sm-db.conf"
    # tmpfiles.d makes what lies in /var.
    rm -r "${D}${localstatedir}"
    rmdir "${D}${bindir}"
    find "${D}${sysconfdir}" -name '*.db' -exec chmod 0644 {} +
}

PACKAGES = "${PN}-dbg ${PN}-dev ${PN}"
FILES:${PN} = "/"
