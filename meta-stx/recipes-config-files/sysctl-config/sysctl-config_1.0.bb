SUMMARY = "StarlingX: settings of the kernel"
DESCRIPTION = "How it treats the network, and when it starts anew."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/trixie/deb_folder/copyright;md5=4314c019316faa126cb2115b762f3ba0"

COMPATIBLE_FAMILY = "deb"
SKIP_REASON = "it is made for Debian and its kin; for Debian 11 initscripts-config has it"
# There initscripts-config has it.
COMPATIBLE_DISTRO:debian-bullseye = "none"

inherit flock-config

# The second place is for the update of a whole system, which keeps what was there before.
CONFIG_FILES = " \
    98-sysctl.conf=${sysconfdir}/sysctl.d/98-sysctl.conf \
    98-sysctl.conf=${datadir}/starlingx/usm/etc/sysctl.d/98-sysctl.conf \
"
