# A root file system of locked vendor packages alone: `root.tar`, the same bytes wherever and by whomever it is made.
# BOOTSTRAP_PACKAGES names what is asked for; LOCK_FILE holds the whole closure (`stx-bake lock update` writes it).

BOOTSTRAP_PACKAGES ??= ""
# What counts is the list itself, not the words and tables that it is made of.
BOOTSTRAP_PACKAGES[vardepvalue] = "${BOOTSTRAP_PACKAGES}"
BOOTSTRAP_DIR = "${TMPDIR}/bootstrap/${PN}"
inherit bootstrap-settings

do_fetch[builtin] = "fetch-locked"
do_fetch[lock-root] = "${PN}"

do_bootstrap[builtin] = "bootstrap"
do_bootstrap[lock-root] = "${PN}"
do_bootstrap[sstate-outputdirs] = "${BOOTSTRAP_DIR}"
addtask bootstrap after do_fetch

deltask do_unpack
deltask do_patch
deltask do_prepare_recipe_sysroot
# It is a root, and has none of its own.
BUILD_ROOT_KIND = ""
BUILD_ROOT_TASK = ""
deltask do_fetch_build_root
deltask do_prepare_build_root
deltask do_configure
deltask do_compile
deltask do_install
deltask do_populate_sysroot
