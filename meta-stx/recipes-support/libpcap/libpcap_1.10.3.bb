SUMMARY = "Library for capturing network traffic"
DESCRIPTION = "libpcap gives programs the packets that pass a network interface, filtered in the kernel."
HOMEPAGE = "https://www.tcpdump.org/"
SECTION = "libs"
LICENSE = "BSD-3-Clause"
LIC_FILES_CHKSUM = "file://LICENSE;md5=5eb289217c160e2920d2e35bddc36453"

SRC_URI = "https://www.tcpdump.org/release/${BP}.tar.gz;downloadfilename=${BPN}_${PV}.orig.tar.gz"
SRC_URI[sha256sum] = "2a8885c403516cf7b0933ed4b14d6caa30e02052489ebd414dc75ac52e7559e6"

inherit autotools package

# Network interfaces only: no capture from other buses, nothing that the build root happens to hold.
EXTRA_OECONF = " \
    --with-pcap=linux \
    --without-libnl \
    --without-dag \
    --without-dpdk \
    --without-snf \
    --disable-bluetooth \
    --disable-dbus \
    --disable-rdma \
    --disable-usb \
"

# The script for builds without pkg-config.
FILES:${PN}-dev:append = " ${bindir}/pcap-config"
