SUMMARY = "StarlingX: rules of the packet filter"
DESCRIPTION = "What a host lets through before it is configured."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=f3d80ea7b2e458bc36dc65e9a6918636"

inherit flock-config

CONFIG_REPLACES = " \
    iptables.rules=${sysconfdir}/iptables/rules.v4:600 ip6tables.rules=${sysconfdir}/iptables/rules.v6:600 \
"

RDEPENDS:${PN} = "vendor:cmd:iptables"
