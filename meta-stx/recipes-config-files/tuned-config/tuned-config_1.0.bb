SUMMARY = "StarlingX: profiles of tuned"
DESCRIPTION = "For hosts of both kernels."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/trixie/deb_folder/copyright;md5=bcb48d297d9046b92126cdb226ce90f4"

inherit flock-config

# Later versions of tuned have a folder for them.
TUNED_PROFILES = "${sysconfdir}/tuned"
TUNED_PROFILES:debian-trixie = "${sysconfdir}/tuned/profiles"
TUNED_PROFILES:rpm = "${sysconfdir}/tuned/profiles"
CONFIG_FILES = " \
    tuned-stx-override.conf=${sysconfdir}/systemd/system/tuned.service.d/tuned-stx-override.conf \
    tuned.conf=${TUNED_PROFILES}/starlingx/tuned.conf tuned-realtime.conf=${TUNED_PROFILES}/starlingx-realtime/tuned.conf \
    recommend.conf=${sysconfdir}/tuned/recommend.conf \
"

RDEPENDS:${PN} = "vendor:cmd:tuned"
