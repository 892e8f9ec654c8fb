SUMMARY = "StarlingX: settings of RabbitMQ"
DESCRIPTION = "Service management runs it by a script of its own."

require recipes-config-files/config-files-source.inc
LICENSE = "Apache-2.0 & MPL-1.1"
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=a271ee37055516b76edf71915bb2ab01"

inherit flock-config

CONFIG_FILES = " \
    stx.rabbitmq-server=${nonarch_libdir}/ocf/resource.d/rabbitmq/stx.rabbitmq-server:755 \
    rabbitmq-server.service=${sysconfdir}/systemd/system/rabbitmq-server.service \
"
CONFIG_REPLACES = "stx.rabbitmq-server.logrotate=${sysconfdir}/logrotate.d/rabbitmq-server"
# The git has them for systems of the other family, too.
CONFIG_DIR:rpm = "files"
CONFIG_FILES:rpm = " \
    rabbitmq-server.ocf=${nonarch_libdir}/ocf/resource.d/rabbitmq/stx.rabbitmq-server:755 \
    rabbitmq-server.service.example=${sysconfdir}/systemd/system/rabbitmq-server.service \
"
CONFIG_REPLACES:rpm = "rabbitmq-server.logrotate=${sysconfdir}/logrotate.d/rabbitmq-server"

do_install:append() {
    # It is written for bash.
    sed -i '1s|/bin/sh|/bin/bash|' "${D}${nonarch_libdir}/ocf/resource.d/rabbitmq/stx.rabbitmq-server"
}

RDEPENDS:${PN} = "vendor:cmd:logrotate vendor:cmd:rabbitmq-server"

PACKAGE_LINTIAN_OVERRIDES:append = " ; \
    systemd-service-in-odd-location * # it stands before the unit of the vendor's package, which stays as it is \
"
