# Packages of the git config-files: files of CONFIG_DIR for places of their own, and files that replace a vendor's.

inherit flock-package

PACKAGE_ARCH = "all"
SECTION ?= "admin"

CONFIG_DIR ?= "source-debian"
# Words `FILE=PLACE` or `FILE=PLACE:MODE`; the mode is 644 unless it is told.
CONFIG_FILES ?= ""
# The same for files that belong to a vendor's package: they lie in CONFIG_COPIES, and are copied when the package is
# installed or renewed.
CONFIG_REPLACES ?= ""
CONFIG_COPIES ?= "${datadir}/starlingx"

do_install() {
    for word in ${CONFIG_FILES}; do
        place="${word#*=}"
        mode=644
        case "$place" in
        *:*) mode="${place##*:}"; place="${place%:*}" ;;
        esac
        install -D -m "$mode" "${S}/${CONFIG_DIR}/${word%%=*}" "${D}$place"
    done
    for word in ${CONFIG_REPLACES}; do
        mode=644
        case "$word" in
        *:755) mode=755 ;;
        esac
        install -D -m "$mode" "${S}/${CONFIG_DIR}/${word%%=*}" "${D}${CONFIG_COPIES}/${word%%=*}"
    done
}

pkg_postinst:${PN}() {
    if [ "$STX_ACTION" = install ] || [ "$STX_ACTION" = upgrade ]; then
        for word in ${CONFIG_REPLACES}; do
            place="${word#*=}"
            mode=644
            case "$place" in
            *:*) mode="${place##*:}"; place="${place%:*}" ;;
            esac
            mkdir -p "$(dirname "$place")"
            cp -f "${CONFIG_COPIES}/${word%%=*}" "$place"
            chmod "$mode" "$place"
        done
    fi
}

PACKAGES = "${PN}"
FILES:${PN} = "/"
