# Container images that are asked for together, as a target without work of its own: CONTAINERS, of the system CONTAINER_DISTRO. That is a
# configuration beside this one where it is another system than DISTRO.

CONTAINERS ?= ""
do_build[depends] += "${@' '.join([name + ':do_build' for name in d.getVar('CONTAINERS').split()]) if d.getVar('CONTAINER_DISTRO') == d.getVar('DISTRO') else ''}"
do_build[mcdepends] = "${@' '.join(['mc:%s:%s:%s:do_build' % (d.getVar('BB_CURRENT_MC') or '', d.getVar('CONTAINER_DISTRO'), name) for name in d.getVar('CONTAINERS').split()]) if d.getVar('CONTAINER_DISTRO') != d.getVar('DISTRO') else ''}"

deltask do_fetch
deltask do_unpack
deltask do_patch
deltask do_prepare_recipe_sysroot
deltask do_fetch_build_root
deltask do_prepare_build_root
deltask do_devshell
deltask do_configure
deltask do_compile
deltask do_install
deltask do_populate_sysroot
