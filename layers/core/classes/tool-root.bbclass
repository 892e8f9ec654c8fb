# A root of locked vendor packages that the tasks of other recipes see as /: a recipe names it in BUILD_ROOT (or
# IMAGE_TOOLS) and its tasks depend on do_unpack_root.

inherit bootstrap
addtask bootstrap before do_build
# Roots of rpm packages are made by another program.
inherit_defer ${@'bootstrap_rpm' if d.getVar('LOCK_RESOLVER') == 'rpm-md' else ''}

UNPACK_ROOT_DIR = "${ROOTS_DIR}/${PN}"
do_unpack_root[builtin] = "unpack-root"
addtask unpack_root after do_bootstrap
