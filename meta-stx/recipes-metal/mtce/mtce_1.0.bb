SUMMARY = "StarlingX host maintenance"
DESCRIPTION = "Daemons that watch hosts: heartbeat, processes, file systems, hardware, links; and that bring them back."
SECTION = "admin"

require recipes-metal/metal-source.inc
LIC_FILES_CHKSUM = "file://src/LICENSE;md5=3b83ef96387f14655fc854ddc3c6bd57"

DEPENDS = "fm-common mtce-common"
VENDOR_DEPENDS = "pkg:c++-compiler pc:libevent pc:json-c pc:libcrypto pc:uuid pc:libpq pc:libsystemd"

inherit flock-makefile flock-package systemd

# Its folders clean each other up, so one thing at a time.
PARALLEL_MAKE = ""
MAKE_DIRECTORY = "${B}/src"
FLOCK_HEADER_FOLDERS = "mtce-common mtce-daemon"
FLOCK_HEADER_PACKAGES = "libpq"
MAKE_VARS = "VER=1.0 VER_MJR=1 DEB_CODENAME=${DISTRO_CODENAME}"
MAKE_TARGET = "build"

# Mode, folder, files.
mtce_put() {
    mode="$1"
    folder="${D}$2"
    shift 2
    install -d "$folder"
    install -m "$mode" "$@" "$folder/"
}

# There is no rule that installs.
do_install() {
    cd "${B}/src"
    # Programs for root alone; scripts that services and people call.
    mtce_put 0700 /usr/local/bin maintenance/mtcAgent maintenance/mtcClient heartbeat/hbsAgent heartbeat/hbsClient \
        pmon/pmond lmon/lmond hostw/hostwd fsmon/fsmond hwmon/hwmond mtclog/mtclogd alarm/mtcalarmd scripts/wipedisk
    mtce_put 0700 ${sbindir} fsync/fsync
    mtce_put 0755 ${sbindir} scripts/crash-dump-manager scripts/dmemchk.sh
    mtce_put 0700 /usr/local/sbin pmon/scripts/pmon-restart pmon/scripts/pmon-start pmon/scripts/pmon-stop
    mtce_put 0755 /usr/local/sbin scripts/force_pod_drain
    install -m 0700 scripts/delayed_sysrq_reboot.sh "${D}/usr/local/sbin/delayed_sysrq_reboot"
    mtce_put 0755 ${nonarch_libdir}/ocf/resource.d/platform scripts/mtcAgent hwmon/scripts/ocf/hwmon
    # They are written for bash.
    sed -i '1s|/bin/sh|/bin/bash|' "${D}${nonarch_libdir}"/ocf/resource.d/platform/*
    mtce_put 0755 ${sysconfdir}/collect.d scripts/collect_bmc.sh
    mv "${D}${sysconfdir}/collect.d/collect_bmc.sh" "${D}${sysconfdir}/collect.d/collect_bmc"

    # Scripts behind the units.
    mtce_put 0755 ${sysconfdir}/init.d scripts/mtcClient scripts/hbsClient scripts/mtclog scripts/goenabled \
        scripts/runservices hwmon/scripts/lsb/hwmon fsmon/scripts/fsmon pmon/scripts/pmon lmon/scripts/lmon hostw/scripts/hostw
    install -m 0755 alarm/scripts/mtcalarm.init "${D}${sysconfdir}/init.d/mtcalarm"
    mtce_put 0644 ${systemd_system_unitdir} "${B}"/debian/all/deb_folder/*.service
    for role in controller storage worker; do
        mtce_put 0755 "${sysconfdir}/services.d/$role" scripts/mtcTest
    done

    # The clock of the machine: the unit stands before a vendor's of that name, and the script beside the vendor's, so that
    # nothing of the vendor is moved away when the package comes.
    mtce_put 0755 ${datadir}/mtce scripts/hwclock.sh
    mtce_put 0644 ${sysconfdir}/systemd/system scripts/hwclock.service
    sed -i 's|/etc/init.d/hwclock.sh|${datadir}/mtce/hwclock.sh|' "${D}${sysconfdir}/systemd/system/hwclock.service"

    # Settings, some of them with secrets of the site.
    mtce_put 0600 ${sysconfdir} scripts/mtc.ini scripts/mtc.conf
    mtce_put 0600 ${sysconfdir}/mtc fsmon/scripts/fsmond.conf hwmon/scripts/hwmond.conf pmon/scripts/pmond.conf \
        lmon/scripts/lmond.conf hostw/scripts/hostwd.conf
    install -d "${D}${sysconfdir}/mtc/tmp" "${D}${sysconfdir}/default"
    install -m 0644 scripts/crash-dump-manager_envfile "${D}${sysconfdir}/default/crash-dump-manager"
    mtce_put 0644 ${sysconfdir}/bmc/server_profiles.d scripts/sensor_*.profile
    mtce_put 0644 ${sysconfdir}/logrotate.d */scripts/*.logrotate scripts/*.logrotate
    install -D -m 0644 scripts/mtce.syslog "${D}${sysconfdir}/syslog-ng/conf.d/mtce.conf"
    install -D -m 0644 scripts/tmpfiles.conf "${D}${nonarch_libdir}/tmpfiles.d/mtc.conf"
    mtce_put 0644 ${nonarch_libdir}/systemd/system-preset scripts/55-crash-dump-manager.preset

    # What the process monitor watches.
    mtce_put 0644 ${datadir}/starlingx/pmon.d scripts/mtcClient.conf scripts/hbsClient.conf scripts/mtclogd.conf \
        pmon/scripts/acpid.conf pmon/scripts/sshd.conf pmon/scripts/syslog-ng.conf pmon/scripts/sssd.conf fsmon/scripts/fsmon.conf
    install -m 0644 alarm/scripts/mtcalarm.pmon.conf "${D}${datadir}/starlingx/pmon.d/mtcalarm.conf"
    install -m 0644 lmon/scripts/lmon.pmon.conf "${D}${datadir}/starlingx/pmon.d/lmon.conf"

    # For programs that let themselves be watched.
    mtce_put 0644 ${includedir} heartbeat/mtceHbsCluster.h public/amon.h
    mtce_put 0755 ${libdir} public/libamon.so.1.0
    ln -s libamon.so.1.0 "${D}${libdir}/libamon.so.1"
    ln -s libamon.so.1 "${D}${libdir}/libamon.so"
}

# Whoever sets the system up decides what a host runs.
SYSTEMD_AUTO_ENABLE = "disable"
SYSTEMD_PACKAGES = "${PN} ${PN}-pmon ${PN}-hwmon ${PN}-lmon ${PN}-hostw"
SYSTEMD_SERVICE:${PN} = "crash-dump-manager.service fsmon.service goenabled.service hbsClient.service mtcClient.service mtcalarm.service mtclog.service runservices.service"
SYSTEMD_SERVICE:${PN}-pmon = "pmon.service"
SYSTEMD_SERVICE:${PN}-hwmon = "hwmon.service"
SYSTEMD_SERVICE:${PN}-lmon = "lmon.service"
SYSTEMD_SERVICE:${PN}-hostw = "hostw.service"

PACKAGES = "${PN}-dbg ${PN}-dev ${PN}-pmon ${PN}-hwmon ${PN}-lmon ${PN}-hostw ${PN}"
SUMMARY:${PN}-pmon = "StarlingX process monitor"
FILES:${PN}-pmon = " \
    ${sysconfdir}/*/pmon* ${systemd_system_unitdir}/pmon.service /usr/local/bin/pmond /usr/local/sbin/pmon-* \
    ${libdir}/libamon.so.* \
"
SUMMARY:${PN}-hwmon = "StarlingX hardware monitor"
FILES:${PN}-hwmon = " \
    ${sysconfdir}/*/hwmon* ${systemd_system_unitdir}/hwmon.service /usr/local/bin/hwmond \
    ${nonarch_libdir}/ocf/resource.d/platform/hwmon \
"
SUMMARY:${PN}-lmon = "StarlingX link monitor"
FILES:${PN}-lmon = " \
    ${sysconfdir}/*/lmon* ${systemd_system_unitdir}/lmon.service /usr/local/bin/lmond \
    ${datadir}/starlingx/pmon.d/lmon.conf \
"
SUMMARY:${PN}-hostw = "StarlingX host watchdog"
FILES:${PN}-hostw = "${sysconfdir}/*/hostw* ${systemd_system_unitdir}/hostw.service /usr/local/bin/hostwd"
FILES:${PN} = "/"
RDEPENDS:${PN} = "vendor:cmd:ipmitool vendor:cmd:logrotate vendor:cmd:redfishtool"
RDEPENDS:${PN}-pmon = "vendor:cmd:logrotate"
RDEPENDS:${PN}-hwmon = "vendor:cmd:logrotate vendor:cmd:redfishtool"
RDEPENDS:${PN}-lmon = "vendor:cmd:logrotate"
RDEPENDS:${PN}-hostw = "vendor:cmd:logrotate"
RDEPENDS:${PN}-dev = "${PN}-pmon (= ${PACKAGE_VERSION})"

PACKAGE_LINTIAN_OVERRIDES:append = " ; \
    systemd-service-in-odd-location * # it stands before the unit of the vendor's package, which stays as it is \
"
