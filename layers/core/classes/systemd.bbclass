# Enables units at build time, by the links that `systemctl enable` would make: nothing has to run when the package is
# installed. SYSTEMD_SERVICE lists units that do_install put into ${systemd_system_unitdir}.

SYSTEMD_SERVICE ?= ""
# "disable" ships the units without links.
SYSTEMD_AUTO_ENABLE ??= "enable"
systemd_system_unitdir ?= "/usr/lib/systemd/system"

systemd_link_units() {
    directory="${systemd_system_unitdir}"
    for unit in ${SYSTEMD_SERVICE}; do
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
