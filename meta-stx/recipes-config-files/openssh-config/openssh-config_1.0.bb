SUMMARY = "StarlingX: settings of OpenSSH"
DESCRIPTION = "How hosts are logged in to."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=97a5402f9a167e4e4a6f256e1bffe795"

inherit flock-config

CONFIG_REPLACES = " \
    ssh_config=${sysconfdir}/ssh/ssh_config sshd_config=${sysconfdir}/ssh/sshd_config:600 \
    ssh-cpu-shares.conf=${sysconfdir}/systemd/system/ssh.service.d/ssh-cpu-shares.conf \
"
# The git has them for systems of the other family, too.
CONFIG_DIR:rpm = "files"
CONFIG_REPLACES:rpm = "ssh_config=${sysconfdir}/ssh/ssh_config sshd_config=${sysconfdir}/ssh/sshd_config:600"

RDEPENDS:${PN} = "vendor:cmd:ssh vendor:cmd:sshd"
