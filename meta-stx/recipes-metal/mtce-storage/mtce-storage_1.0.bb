SUMMARY = "StarlingX maintenance of storage hosts"
DESCRIPTION = "Scripts and units that the maintenance services have on storage hosts alone."
SECTION = "admin"

require recipes-metal/metal-source.inc
LIC_FILES_CHKSUM = "file://LICENSE;md5=3b83ef96387f14655fc854ddc3c6bd57"

FLOCK_SUBPATH = "${BPN}/src"

inherit makefile flock-package systemd

PACKAGE_ARCH = "all"

# There is nothing to compile.
do_compile[noexec] = "1"
MAKE_DIRECTORY = "${S}"
MAKE_INSTALL_VARS = " \
    buildroot=${D} _sysconfdir=${sysconfdir} _unitdir=${systemd_system_unitdir} _datarootdir=${datadir} \
    PMONDIR=${datadir}/starlingx/pmon.d \
"

do_install:append() {
    # The package has its licence where the system looks for it.
    rm -r "${D}${datadir}/licenses"
    rmdir --ignore-fail-on-non-empty "${D}${datadir}"
}

SYSTEMD_SERVICE:${PN} = "goenabled-storage.service"
SYSTEMD_AUTO_ENABLE = "disable"

PACKAGES = "${PN}"
FILES:${PN} = "/"
RDEPENDS:${PN} = "mtce"
