SUMMARY = "StarlingX: file systems over NFS at the start"
DESCRIPTION = "They are mounted by a script; names are looked up in files first."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/trixie/deb_folder/copyright;md5=295bc37e75a6a836a0f36be85bfb544b"

COMPATIBLE_FAMILY = "deb"
SKIP_REASON = "its scripts use those of Debian and its kin"

inherit flock-config systemd

CONFIG_COPIES = "${datadir}/starlingx/initscripts"
CONFIG_FILES = " \
    mountnfs=${sysconfdir}/init.d/mountnfs:755 \
    ../debian/trixie/deb_folder/mountnfs.service=${systemd_system_unitdir}/mountnfs.service \
"
# Later releases have it in sysctl-config.
CONFIG_FILES:append:debian-bullseye = " sysctl.conf=${sysconfdir}/sysctl.d/98-sysctl.conf"
CONFIG_REPLACES = " \
    nsswitch.conf=${sysconfdir}/nsswitch.conf mount-functions=${nonarch_libdir}/init/mount-functions.sh \
"

# Whoever sets the system up decides what a host runs.
SYSTEMD_SERVICE = "mountnfs.service"
SYSTEMD_AUTO_ENABLE = "disable"
