# Enables units at build time, by the links that `systemctl enable` would make: nothing has to run when the package is
# installed. SYSTEMD_SERVICE:PACKAGE (or SYSTEMD_SERVICE, for the package ${PN}) lists units that do_install put into
# ${systemd_system_unitdir}; of a template (`name@.service`) also instances. On a running system the package's scripts have
# systemd read them, and start units anew that run.

SYSTEMD_PACKAGES ?= "${PN}"
SYSTEMD_SERVICE ?= ""
# Words `enable=UNIT`, each unit with what becomes of it.
SYSTEMD_UNITS = "${@' '.join(mode + '=' + unit for mode, units in [(d.getVar('SYSTEMD_AUTO_ENABLE'), d.getVar('SYSTEMD_SERVICE') or '')] + [(d.getVar('SYSTEMD_AUTO_ENABLE:' + each) or d.getVar('SYSTEMD_AUTO_ENABLE'), d.getVar('SYSTEMD_SERVICE:' + each) or '') for each in d.getVar('SYSTEMD_PACKAGES').split()] for unit in units.split())}"
# "disable" ships the units without links; SYSTEMD_AUTO_ENABLE:PACKAGE for the units of one package.
SYSTEMD_AUTO_ENABLE ??= "enable"

systemd_link_units() {
    directory="${systemd_system_unitdir}"
    for word in ${SYSTEMD_UNITS}; do
        unit="${word#*=}"
        # The file that says what becomes of a unit: of an instance that of its template.
        file=$(echo "$unit" | sed 's/@..*\([.][a-z]*\)$/@\1/')
        if [ -e "${D}$directory/$unit" ] || [ -L "${D}$directory/$unit" ]; then
            file="$unit"
        elif [ ! -e "${D}$directory/$file" ]; then
            echo "SYSTEMD_SERVICE names $unit, which do_install did not put into $directory" >&2
            return 1
        fi
        # A unit that is a link, to /dev/null for one, has nothing to say.
        if [ "${word%%=*}" = "enable" ] && [ ! -L "${D}$directory/$file" ]; then
            systemd_link_unit "$unit" "$file"
        fi
    done
}

# The unit $1, whose section [Install] stands in the file $2.
systemd_link_unit() {
    instance="$1"
    if [ "$1" = "$2" ] && [ "$1" != "${1#*@.}" ]; then
        # A template alone is enabled by its default instance, if it has one.
        default=$(sed -n 's/^DefaultInstance=//p' "${D}$directory/$2" | tail -n 1)
        if [ -z "$default" ]; then
            return 0
        fi
        instance=$(echo "$1" | sed "s/@/@$default/")
    fi
    sed -n -e ':join' -e '/\\$/{N;s/\\\n/ /;b join' -e '}' -e 's/^\(WantedBy\|RequiredBy\|Alias\) *= */\1 /p' \
        "${D}$directory/$2" | while read -r kind names; do
        for name in $names; do
            case "$kind" in
            Alias)
                if [ "$name" != "$1" ]; then
                    ln -sfn "$1" "${D}$directory/$name"
                fi
                ;;
            *)
                suffix=wants
                if [ "$kind" = RequiredBy ]; then
                    suffix=requires
                fi
                mkdir -p "${D}$directory/$name.$suffix"
                ln -sfn "../$2" "${D}$directory/$name.$suffix/$instance"
                ;;
            esac
        done
    done
}
do_install[postfuncs] += "systemd_link_units"
