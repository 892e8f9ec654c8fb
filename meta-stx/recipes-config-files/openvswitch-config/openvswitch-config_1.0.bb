SUMMARY = "StarlingX: settings of Open vSwitch"
DESCRIPTION = "The process monitor watches its daemons; their logs are turned over."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=5c2d2d6591b91a9be6a5d84cdd69d0fb"

inherit flock-config

CONFIG_DIR = "files"
CONFIG_FILES = " \
    ovsdb-server.pmon.conf=${sysconfdir}/openvswitch/ovsdb-server.pmon.conf \
    ovs-vswitchd.pmon.conf=${sysconfdir}/openvswitch/ovs-vswitchd.pmon.conf \
"
LOGROTATE_OF_VENDOR = "openvswitch-switch"
LOGROTATE_OF_VENDOR:rpm = "openvswitch"
CONFIG_REPLACES = "etc_logrotate.d_openvswitch=${sysconfdir}/logrotate.d/${LOGROTATE_OF_VENDOR}"

RDEPENDS:${PN} = "mtce-pmon vendor:cmd:logrotate vendor:cmd:ovs-vswitchd"
