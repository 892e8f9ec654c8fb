SUMMARY = "What every StarlingX system has of our own"

inherit packagegroup

RDEPENDS:${PN} = " \
    build-info \
    stx-osal \
    tcpdump \
"
