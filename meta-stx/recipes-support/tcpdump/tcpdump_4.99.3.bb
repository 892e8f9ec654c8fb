SUMMARY = "Command-line network traffic analyzer"
DESCRIPTION = "tcpdump prints what the packets on a network interface or in a capture file hold."
HOMEPAGE = "https://www.tcpdump.org/"
SECTION = "net"
LICENSE = "BSD-3-Clause"
LIC_FILES_CHKSUM = "file://LICENSE;md5=5eb289217c160e2920d2e35bddc36453"

DEPENDS = "libpcap"

SRC_URI = " \
    https://www.tcpdump.org/release/${BP}.tar.gz;downloadfilename=${BPN}_${PV}.orig.tar.gz \
    file://0001-print-the-distribution-in-the-version.patch \
"
SRC_URI[sha256sum] = "ad75a6ed3dc0d9732945b2e5483cb41dc8b4b528a169315e499c6861952e73b3"

inherit autotools pkgconfig package

EXTRA_OECONF = " \
    --disable-local-libpcap \
    --without-cap-ng \
    --without-crypto \
    --without-smi \
"

# Upstream installs the program twice, the second time with its version in the name.
do_install:append() {
    rm "${D}${bindir}/tcpdump.${PV}"
}
