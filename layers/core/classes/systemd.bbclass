# Enables units at build time, by the links that `systemctl enable` would make: nothing has to run when the package is
# installed. SYSTEMD_SERVICE:PACKAGE (or SYSTEMD_SERVICE, for the package ${PN}) lists units that do_install put into
# ${systemd_system_unitdir}. On a running system the package's scripts have systemd read them, and start units anew that run.

SYSTEMD_PACKAGES ?= "${PN}"
SYSTEMD_SERVICE ?= ""
SYSTEMD_UNITS = "${@' '.join([d.getVar('SYSTEMD_SERVICE') or ''] + [d.getVar('SYSTEMD_SERVICE:' + each) or '' for each in d.getVar('SYSTEMD_PACKAGES').split()])}"
# "disable" ships the units without links.
SYSTEMD_AUTO_ENABLE ??= "enable"

systemd_link_units() {
    directory="${systemd_system_unitdir}"
    for unit in ${SYSTEMD_UNITS}; do
        if [ ! -e "${D}$directory/$unit" ]; then
            echo "SYSTEMD_SERVICE names $unit, which do_install did not put into $directory" >&2
            return 1
        fi
        if [ "${SYSTEMD_AUTO_ENABLE}" != "enable" ]; then
            continue
        fi
        sed -n 's/^\(WantedBy\|RequiredBy\)=/\1 /p' "${D}$directory/$unit" | while read -r kind targets; do
            suffix=wants
            if [ "$kind" = RequiredBy ]; then
                suffix=requires
            fi
            for target in $targets; do
                mkdir -p "${D}$directory/$target.$suffix"
                ln -sfn "../$unit" "${D}$directory/$target.$suffix/$unit"
            done
        done
    done
}
do_install[postfuncs] += "systemd_link_units"
