# The locked packages of a recipe in a folder, LOCKED_REPOSITORY: what a package manager takes a root from. BOOTSTRAP_PACKAGES
# names what is asked for; the lock holds the whole closure.

BOOTSTRAP_PACKAGES ??= ""
BOOTSTRAP_PACKAGES[vardepvalue] = "${BOOTSTRAP_PACKAGES}"
BOOTSTRAP_ARCH ?= "${DISTRO_TARGET_ARCH}"
LOCKED_REPOSITORY = "${WORKDIR}/locked-repository"
# Roots of the lock whose packages lie there.
LOCKED_ROOTS ?= "${PN}"

do_fetch_locked[builtin] = "fetch-locked"
do_fetch_locked[network] = "1"
do_fetch_locked[lock-root] = "${LOCKED_ROOTS}"
addtask fetch_locked

do_locked_repository[builtin] = "locked-repository"
do_locked_repository[lock-root] = "${LOCKED_ROOTS}"
do_locked_repository[dirs] = "${WORKDIR}"
addtask locked_repository after do_fetch_locked
