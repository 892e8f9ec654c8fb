SUMMARY = "StarlingX: settings of OpenLDAP"
DESCRIPTION = "Accounts of people, with rules of sudo, on both controllers."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/trixie/deb_folder/copyright;md5=fa523b85d7070e1f2560630f52ffb718"

COMPATIBLE_FAMILY = "deb"
SKIP_REASON = "it is made for the folders of Debian and its kin"

inherit flock-config

# OpenLDAP 2.4 has other words for rules of passwords.
CONFIG_DIR = "source-debian-trixie"
CONFIG_DIR:debian-bullseye = "source-debian-bullseye"
CONFIG_COPIES = "${datadir}/starlingx/openldap"
CONFIG_FILES = " \
    initscript=${sysconfdir}/init.d/openldap:755 slapd.service=${sysconfdir}/systemd/system/slapd.service \
    slapd.syslog-ng.conf=${sysconfdir}/syslog-ng/conf.d/slapd.conf slapd.logrotate=${sysconfdir}/logrotate.d/slapd.logrotate \
    sudo.schema=${sysconfdir}/ldap/schema/sudo.schema certs.ldif=${sysconfdir}/ldap/certs.ldif \
    slapd.conf=${sysconfdir}/ldap/slapd.conf:600 initial_config.ldif=${sysconfdir}/ldap/initial_config.ldif:600 \
"
CONFIG_REPLACES = "slapd.sysconfig=${sysconfdir}/default/slapd"

do_install:append() {
    # It is written for bash.
    sed -i '1s|/bin/sh|/bin/bash|' "${D}${sysconfdir}/init.d/openldap"
    install -d "${D}${sysconfdir}/ldap/certs"
}

# What is in it is for the server alone; rules of sudo come through sssd, not from the server itself.
pkg_postinst:${PN}:append() {
    chmod 0740 "${sysconfdir}/ldap"
    if [ -e "${sysconfdir}/nsswitch.conf" ]; then
        sed -i 's/^sudoers:.*/sudoers: files sss/' "${sysconfdir}/nsswitch.conf"
    fi
}

RDEPENDS:${PN} = "vendor:cmd:logrotate vendor:cmd:slapd vendor:cmd:syslog-ng"

PACKAGE_LINTIAN_OVERRIDES:append = " ; \
    systemd-service-in-odd-location * # it stands before the unit of the vendor's package, which stays as it is \
"
