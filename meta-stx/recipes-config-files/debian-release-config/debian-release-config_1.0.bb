SUMMARY = "StarlingX: banners of consoles and logins"
DESCRIPTION = "They name the release."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=69722c541a4f4f22ac81458dd42a3eba"

COMPATIBLE_FAMILY = "deb"
SKIP_REASON = "its banners are those of Debian and its kin"

DEPENDS = "build-info"

inherit flock-config

CONFIG_DIR = "files"
CONFIG_REPLACES = "issue=${sysconfdir}/issue issue.net=${sysconfdir}/issue.net"

do_install:append() {
    sed -i "s/@PLATFORM_RELEASE@/$(flock_sw_version)/g" "${D}${CONFIG_COPIES}/issue" "${D}${CONFIG_COPIES}/issue.net"
}
