SUMMARY = "What this system was built from"
DESCRIPTION = "Installs /etc/build.info, which names the release, the build and its sources; a header has the release."
SECTION = "admin"
LICENSE = "Apache-2.0"
LIC_FILES_CHKSUM = "file://LICENSE;md5=16ff5b7f6a6de405127a3dfb807c6a75"

SRC_URI = "file://LICENSE"
S = "${WORKDIR}"

inherit package

PACKAGE_ARCH = "all"

# Set these in conf/local.conf; nothing here asks a clock.
BUILD_INFO_OS ??= "${DISTRO}"
SW_VERSION ??= "0.1"
BUILD_TARGET ??= "Host Installer"
BUILD_TYPE ??= "Informal"
BUILD_ID ??= "n/a"
BUILD_INFO_SRC_GIT ??= "n/a"
BUILD_JOB ??= "n/a"
BUILD_BY ??= "n/a"
BUILD_NUMBER ??= "n/a"
BUILD_HOST ??= "n/a"
BUILD_DATE ??= "n/a"

do_install() {
    install -d "${D}${sysconfdir}"
    cat > "${D}${sysconfdir}/build.info" <<'END'
###
### StarlingX
###     Release ${SW_VERSION}
###

OS="${BUILD_INFO_OS}"
SW_VERSION="${SW_VERSION}"
BUILD_TARGET="${BUILD_TARGET}"
BUILD_TYPE="${BUILD_TYPE}"
BUILD_ID="${BUILD_ID}"
SRC_GIT="${BUILD_INFO_SRC_GIT}"

JOB="${BUILD_JOB}"
BUILD_BY="${BUILD_BY}"
BUILD_NUMBER="${BUILD_NUMBER}"
BUILD_HOST="${BUILD_HOST}"
BUILD_DATE="${BUILD_DATE}"
END
    chmod 0644 "${D}${sysconfdir}/build.info"
    # What other recipes read: the release alone, so a new build of it makes none of them anew.
    install -d "${D}${includedir}"
    printf '#define SW_VERSION "%s"\n' "${SW_VERSION}" > "${D}${includedir}/build_info.h"
    chmod 0644 "${D}${includedir}/build_info.h"
}

# These change with every build without meaning anything for it: a new value alone makes nothing anew.
do_install[vardepsexclude] = "BUILD_ID BUILD_INFO_SRC_GIT BUILD_JOB BUILD_BY BUILD_NUMBER BUILD_HOST BUILD_DATE"

PACKAGES = "${PN}-dev ${PN}"
FILES:${PN} = "${sysconfdir}/build.info"
PACKAGE_LINTIAN_OVERRIDES:${PN} = "file-in-etc-not-marked-as-conffile * # it says what the system is; an upgrade must replace it"
