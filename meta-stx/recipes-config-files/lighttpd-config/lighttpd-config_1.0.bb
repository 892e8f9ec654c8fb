SUMMARY = "StarlingX: settings of lighttpd"
DESCRIPTION = "The web server of controllers."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=517d7ff74ee55816294c4b0f611c2588"

inherit flock-config

# The git has them for systems of the other family, too.
CONFIG_DIR:rpm = "files"
CONFIG_FILES = "index.html.lighttpd=${localstatedir}/www/pages/index.html"
CONFIG_REPLACES = " \
    lighttpd.conf=${sysconfdir}/lighttpd/lighttpd.conf:640 \
    lighttpd-inc.conf=${sysconfdir}/lighttpd/lighttpd-inc.conf lighttpd.logrotate=${sysconfdir}/logrotate.d/lighttpd \
    lighttpd.init=${sysconfdir}/init.d/lighttpd:755 \
"

RDEPENDS:${PN} = "vendor:cmd:lighttpd vendor:cmd:logrotate"

PACKAGE_LINTIAN_OVERRIDES:append = " ; dir-or-file-in-var-www * # the web server of controllers offers that folder"
