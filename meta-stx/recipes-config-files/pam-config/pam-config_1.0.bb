SUMMARY = "StarlingX: settings of PAM"
DESCRIPTION = "How people log in, and which passwords they may choose."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/trixie/deb_folder/copyright;md5=ab7a2899702f8e2f2bd5bb57c89f8c5e"

COMPATIBLE_FAMILY = "deb"
SKIP_REASON = "it is made of the files that Debian and its kin have in /etc/pam.d"

inherit flock-config

CONFIG_DIR = "debian/trixie/source"
CONFIG_DIR:debian-bullseye = "debian/bullseye/source"
CONFIG_FILES = "pwquality.conf=${sysconfdir}/security/pwquality.conf.d/50-pwquality.conf"
CONFIG_REPLACES = " \
    common-account=${sysconfdir}/pam.d/common-account common-auth=${sysconfdir}/pam.d/common-auth \
    common-password=${sysconfdir}/pam.d/common-password common-session=${sysconfdir}/pam.d/common-session \
    common-session-noninteractive=${sysconfdir}/pam.d/common-session-noninteractive su=${sysconfdir}/pam.d/su \
    faillock.conf=${sysconfdir}/security/faillock.conf \
"

# Modules that these files call: without one of them nobody gets in.
RDEPENDS:${PN} = "vendor:pkg:pam-runtime vendor:pkg:pam-ldap vendor:pkg:pam-pwquality vendor:pkg:pam-sss"
