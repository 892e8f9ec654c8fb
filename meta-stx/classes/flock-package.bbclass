# What all packages of the flock have in common: its services find programs, scripts and settings where they have always been.

inherit package

# As debhelper has it: what lies in /etc belongs to whoever runs the system.
CONFFILES ?= "${sysconfdir}"

PACKAGE_LINTIAN_OVERRIDES ?= "${FLOCK_LINTIAN_OVERRIDES}"
FLOCK_LINTIAN_OVERRIDES = " \
    dir-in-usr-local * # services and scripts of the flock call these programs there ; \
    file-in-usr-local * # services and scripts of the flock call these programs there ; \
    init.d-script-depends-on-unknown-virtual-facility * # systemd runs the script for a unit and does not read its header ; \
    init.d-script-does-not-implement-required-option * # systemd runs the script for a unit, which names the verbs it has ; \
    init.d-script-missing-dependency-on-local_fs * # systemd runs the script for a unit and does not read its header ; \
    omitted-systemd-service-for-init.d-script * # the unit that runs it has another name \
"

# The release that the sources are told, as build-info's header has it.
flock_sw_version() {
    sed -n 's/^#define SW_VERSION "\(.*\)"/\1/p' "${RECIPE_SYSROOT}${includedir}/build_info.h"
}
