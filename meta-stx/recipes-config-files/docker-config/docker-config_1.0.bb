SUMMARY = "StarlingX: settings of Docker"
DESCRIPTION = "Docker is watched by the process monitor; its logs are turned over."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=68e2afaa2c2047ce92c6338d1a5156e7"

inherit flock-config

CONFIG_FILES = " \
    docker-stx-override.conf=${sysconfdir}/systemd/system/docker.service.d/docker-stx-override.conf \
    docker-cpu-shares.conf=${sysconfdir}/systemd/system/docker.service.d/docker-cpu-shares.conf \
    docker.logrotate=${sysconfdir}/logrotate.d/docker.logrotate docker.conf=${datadir}/starlingx/pmon.d/docker.conf \
"

RDEPENDS:${PN} = "mtce-pmon vendor:cmd:logrotate"
