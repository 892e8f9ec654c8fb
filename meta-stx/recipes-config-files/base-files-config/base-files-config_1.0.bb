SUMMARY = "StarlingX: settings of shells"
DESCRIPTION = "What people see who log in, and how much of a host cron and rsync may take."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=adbc315d1a534dcaa1eb20645ab37368"

inherit flock-config

CONFIG_DIR = "source"
CONFIG_COPIES = "${datadir}/starlingx/base-files"
UNIT_OF_CRON = "cron"
UNIT_OF_CRON:rpm = "crond"
UNIT_OF_RSYNC = "rsync"
UNIT_OF_RSYNC:rpm = "rsyncd"
CONFIG_FILES = " \
    custom.sh=${sysconfdir}/profile.d/custom.sh prompt.sh=${sysconfdir}/profile.d/prompt.sh \
    umask.sh=${sysconfdir}/profile.d/umask.sh \
    cron-cpu-shares.conf=${sysconfdir}/systemd/system/${UNIT_OF_CRON}.service.d/cron-cpu-shares.conf \
    cron-stx-override.conf=${sysconfdir}/systemd/system/${UNIT_OF_CRON}.service.d/cron-stx-override.conf \
    rsync-cpu-shares.conf=${sysconfdir}/systemd/system/${UNIT_OF_RSYNC}.service.d/rsync-cpu-shares.conf \
"
CONFIG_REPLACES = "motd=${sysconfdir}/motd"
# Where shells and editors of the family look.
CONFIG_FILES:append:deb = " vimrc.local=${sysconfdir}/vim/vimrc.local"
CONFIG_REPLACES:append:deb = " profile=${sysconfdir}/profile"
