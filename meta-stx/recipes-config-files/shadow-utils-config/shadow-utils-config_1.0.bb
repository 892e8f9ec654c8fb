SUMMARY = "StarlingX: settings of accounts"
DESCRIPTION = "Rules for new accounts and passwords."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=a64c7999c59e7b297b815735ad92e257"

inherit flock-config

CONFIG_FILES = "clear_shadow_locks.service=${systemd_system_unitdir}/clear_shadow_locks.service"
CONFIG_REPLACES = "login.defs=${sysconfdir}/login.defs useradd=${sysconfdir}/default/useradd"
