SUMMARY = "StarlingX: settings of containerd"
DESCRIPTION = "containerd is watched by the process monitor and is started before what needs it."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=b975f01e72df9a6a93132d5ef13ab3f0"

inherit flock-config

# The git has them for systems of the other family, too.
CONFIG_DIR:rpm = "files"
CONFIG_FILES = " \
    containerd-stx-override.conf=${sysconfdir}/systemd/system/containerd.service.d/containerd-stx-override.conf \
    containerd-pmon.conf=${datadir}/starlingx/pmon.d/containerd.conf \
"

RDEPENDS:${PN} = "mtce-pmon"
