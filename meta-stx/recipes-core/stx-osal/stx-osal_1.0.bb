SUMMARY = "One command for the package manager of any system"
DESCRIPTION = "osal installs, removes and asks for packages in the same words over dpkg and over rpm."
SECTION = "admin"
LICENSE = "Apache-2.0"
LIC_FILES_CHKSUM = "file://osal;beginline=2;endline=2;md5=653b254f286b881bdce1d14afdede628"

SRC_URI = " \
    file://osal \
    file://osal.8 \
"
S = "${WORKDIR}"

inherit package

PACKAGE_ARCH = "all"

do_install() {
    install -D -m 0755 "${S}/osal" "${D}${sbindir}/osal"
    install -D -m 0644 "${S}/osal.8" "${D}${mandir}/man8/osal.8"
}

# The manual page belongs to the command.
PACKAGES = "${PN}"
FILES:${PN} = "${sbindir}/osal ${mandir}/man8/osal.8*"
