SUMMARY = "StarlingX: unit of memcached"
DESCRIPTION = "It is started anew when it ends, and may do little."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=9be87840671718a24c0b1b957bfdd46e"

inherit flock-config

# The git has them for systems of the other family, too.
CONFIG_DIR:rpm = "files"
CONFIG_FILES = "memcached.service=${sysconfdir}/systemd/system/memcached.service"

RDEPENDS:${PN} = "vendor:cmd:memcached"

PACKAGE_LINTIAN_OVERRIDES:append = " ; \
    systemd-service-in-odd-location * # it stands before the unit of the vendor's package, which stays as it is \
"
