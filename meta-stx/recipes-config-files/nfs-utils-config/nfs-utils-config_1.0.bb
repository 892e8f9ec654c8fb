SUMMARY = "StarlingX: services of NFS"
DESCRIPTION = "They start by scripts, on systems with more than one host."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/trixie/deb_folder/copyright;md5=1ccb7fd1372ae547cf256c9a4bd99ff5"

inherit flock-config

CONFIG_FILES = " \
    nfscommon=${sysconfdir}/init.d/nfscommon:755 nfsserver=${sysconfdir}/init.d/nfsserver:755 \
    nfs-common.service=${sysconfdir}/systemd/system/nfs-common.service \
    nfs-server.service=${sysconfdir}/systemd/system/nfs-server.service nfs-stx.conf=${sysconfdir}/nfs.conf.d/nfs-stx.conf \
    nfsmount.conf=${sysconfdir}/nfsmount.conf \
"
# The git has them for systems of the other family, too; what they mount by is a file of the vendor there.
CONFIG_DIR:rpm = "files"
CONFIG_FILES:rpm = " \
    nfscommon=${sysconfdir}/init.d/nfscommon:755 nfsserver=${sysconfdir}/init.d/nfsserver:755 \
    nfscommon.service=${systemd_system_unitdir}/nfscommon.service \
    nfsserver.service=${systemd_system_unitdir}/nfsserver.service \
"
CONFIG_REPLACES:rpm = "nfsmount.conf=${sysconfdir}/nfsmount.conf"

# Both names are used.
do_install:append:deb() {
    ln -s nfs-common.service "${D}${sysconfdir}/systemd/system/nfscommon.service"
    ln -s nfs-server.service "${D}${sysconfdir}/systemd/system/nfsserver.service"
}

RDEPENDS:${PN} = "vendor:cmd:rpc.mountd vendor:cmd:rpc.statd"

PACKAGE_LINTIAN_OVERRIDES:append = " ; \
    non-virtual-facility-in-initd-script * # systemd runs the script for a unit and does not read its header ; \
    systemd-service-in-odd-location * # it stands before the unit of the vendor's package, which stays as it is \
"
