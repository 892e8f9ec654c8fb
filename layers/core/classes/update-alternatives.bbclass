# Several packages may bring a program of one name: each keeps it under a name of its own, and update-alternatives makes
# the link. ALTERNATIVE:PACKAGE names alternatives; ALTERNATIVE_LINK_NAME[name], ALTERNATIVE_TARGET[name] and
# ALTERNATIVE_PRIORITY[name] say more. A file that do_install put at the link's place moves to the target.

ALTERNATIVE_PRIORITY ??= "10"
ALTERNATIVE_LIST = "${@' '.join([(d.getVar('ALTERNATIVE:' + each) or '') for each in (d.getVar('PACKAGES') or '').split()])}"
ALTERNATIVE_MOVES = "${@' '.join([(d.getVarFlag('ALTERNATIVE_LINK_NAME', each) or d.getVar('bindir') + '/' + each) + '=' + (d.getVarFlag('ALTERNATIVE_TARGET', each) or d.getVar('ALTERNATIVE_TARGET') or (d.getVarFlag('ALTERNATIVE_LINK_NAME', each) or d.getVar('bindir') + '/' + each) + '.' + d.getVar('BPN')) for each in d.getVar('ALTERNATIVE_LIST').split()])}"

update_alternatives_move() {
    for pair in ${ALTERNATIVE_MOVES}; do
        link="${pair%%=*}"
        target="${pair#*=}"
        if [ "$link" = "$target" ]; then
            echo "ALTERNATIVE_TARGET: $target is the link itself" >&2
            return 1
        fi
        # A link of the software may lead to where there is nothing yet.
        if { [ -e "${D}$link" ] || [ -L "${D}$link" ]; } && [ ! -e "${D}$target" ] && [ ! -L "${D}$target" ]; then
            mkdir -p "$(dirname "${D}$target")"
            mv "${D}$link" "${D}$target"
        fi
    done
}
do_install[postfuncs] += "update_alternatives_move"
