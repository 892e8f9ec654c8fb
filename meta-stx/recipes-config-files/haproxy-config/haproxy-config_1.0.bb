SUMMARY = "StarlingX: service of HAProxy"
DESCRIPTION = "HAProxy is started by service management, not by systemd."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=d4319a0379128b4b0f92aa7ec4b5aefb"

inherit flock-config

# The git has them for systems of the other family, too.
CONFIG_DIR:rpm = "files"
CONFIG_FILES = " \
    haproxy.service=${sysconfdir}/systemd/system/haproxy.service haproxy.sh=${sysconfdir}/init.d/haproxy:755 \
"

PACKAGE_LINTIAN_OVERRIDES:append = " ; \
    non-virtual-facility-in-initd-script * # service management starts it, and nobody reads its header ; \
    systemd-service-in-odd-location * # it stands before the unit of the vendor's package, which stays as it is \
"
