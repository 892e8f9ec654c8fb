# The root that a recipe's shell tasks see as /. It is that of the recipe BUILD_ROOT, of locked packages; a recipe with
# VENDOR_DEPENDS has one of its own, with these packages and what they need laid over it. docs/build-roots.md.

BUILD_ROOT ?= "build-root"
VENDOR_DEPENDS ??= ""
# "layered": laid over it, in about a second, without running their scripts; "installed": installed with all the others.
BUILD_ROOT_MODE ??= "layered"
BUILD_ROOT_WANTED = "${@'1' if d.getVar('VENDOR_DEPENDS').strip() or d.getVar('BUILD_ROOT_MODE') == 'installed' else ''}"

# Where no packages of the system can be had, the root that the same recipe has in another configuration stands in:
# BUILD_ROOT_STANDIN = "mc:debian:build-root" in conf/local.conf; [reason] is told to whoever meets the result.
BUILD_ROOT_STANDIN ??= ""
BUILD_ROOT_STANDIN[reason] ??= "no packages of ${DISTRO_NAME} to build with can be had here"
BUILD_ROOT_STANDIN[validpattern] = "(mc:[^: ]*:[^: ]+)?"
BUILD_ROOT_STANDIN[doc] = "name a configuration and its recipe: `mc:debian:build-root`"
CHECKED_VARIABLES += "BUILD_ROOT_STANDIN"
BUILD_ROOT_STANDIN_MC = "${@(d.getVar('BUILD_ROOT_STANDIN') + '::').split(':')[1]}"
# The other configuration itself takes no notice.
BUILD_ROOT_STANDS_IN = "${@'1' if d.getVar('BUILD_ROOT_STANDIN') and d.getVar('BUILD_ROOT_STANDIN_MC') != (d.getVar('BB_CURRENT_MC') or '') else ''}"
BUILD_ROOT_NOTE = "${@'built in %s, which stands in: %s' % (d.getVar('BUILD_ROOT_STANDIN'), d.getVarFlag('BUILD_ROOT_STANDIN', 'reason') or '') if d.getVar('BUILD_ROOT_STANDS_IN') else ''}"

# What the recipe has: "standin", "own", or nothing but the root of BUILD_ROOT.
BUILD_ROOT_KIND = "${@'standin' if d.getVar('BUILD_ROOT_STANDS_IN') else 'own' if d.getVar('BUILD_ROOT_WANTED') else ''}"
BUILD_ROOT_NAME = "${@'recipe/' + d.getVar('PN') if d.getVar('BUILD_ROOT_KIND') else d.getVar('BUILD_ROOT')}"
BUILD_ROOT_TASK = "${@d.getVar('PN') + ':do_prepare_build_root' if d.getVar('BUILD_ROOT_KIND') else d.getVar('BUILD_ROOT') + ':do_unpack_root'}"
SANDBOX_ROOT = "${ROOTS_DIR}/${BUILD_ROOT_NAME}"
# Of the target's architecture: its programs are emulated.
SANDBOX_EMULATION ?= "${@d.getVar('TARGET_EMULATION') if d.getVar('BUILD_MODE') == 'emulated' else ''}"

# The packages that the root has beyond those of BUILD_ROOT.
do_fetch_build_root[builtin] = "fetch-locked"
do_fetch_build_root[network] = "1"
do_fetch_build_root[lock-root] = "${BUILD_ROOT} ${PN}"
# `--runall=fetch` fetches them as well. Where another root stands in, the other configuration has them in its lock.
do_fetch_build_root[runall] = "${@'do_fetch' if d.getVar('BUILD_ROOT_KIND') == 'own' else ''}"
LOCK_BASE_ROOT:task-fetch-build-root = "${BUILD_ROOT}"
addtask fetch_build_root

do_prepare_build_root[builtin] = "build-root"
do_prepare_build_root[lock-root] = "${@d.getVar('BUILD_ROOT') + ' ' + d.getVar('PN') if d.getVar('BUILD_ROOT_KIND') == 'own' else ''}"
do_prepare_build_root[depends] = "${@'%s:do_fetch_build_root %s:do_unpack_root ' % (d.getVar('PN'), d.getVar('BUILD_ROOT')) + d.getVar('BUILD_ROOT_TOOLS') if d.getVar('BUILD_ROOT_KIND') == 'own' else ''}"
# The task that lays out what packages are unpacked with.
BUILD_ROOT_TOOLS ?= ""
BUILD_ROOT_TOOLS:rpm ?= "${RPM_TOOLS}:do_unpack_root"
# In the other configuration the recipe has a root of its own if it needs packages of that system.
BUILD_ROOT_STANDIN_RECIPE = "${@d.getVar('PN') if d.getVar('BUILD_ROOT_WANTED') else (d.getVar('BUILD_ROOT_STANDIN') + '::').split(':')[2]}"
BUILD_ROOT_STANDIN_TASK = "${BUILD_ROOT_STANDIN_RECIPE}:${@'do_prepare_build_root' if d.getVar('BUILD_ROOT_WANTED') else 'do_unpack_root'}"
BUILD_ROOT_STANDIN_NAME = "${@'%s/of/%s/%s%s' % (d.getVar('ROOTS_STORE'), d.getVar('BUILD_ROOT_STANDIN_MC') or 'default', 'recipe/' if d.getVar('BUILD_ROOT_WANTED') else '', d.getVar('BUILD_ROOT_STANDIN_RECIPE')) if d.getVar('BUILD_ROOT_KIND') == 'standin' else ''}"
do_prepare_build_root[mcdepends] = "${@'mc:%s:%s:%s' % (d.getVar('BB_CURRENT_MC') or '', d.getVar('BUILD_ROOT_STANDIN_MC'), d.getVar('BUILD_ROOT_STANDIN_TASK')) if d.getVar('BUILD_ROOT_KIND') == 'standin' else ''}"
# The root is all that is needed of the other configuration: what its recipe needs or packages there is not.
do_prepare_build_root[norecrdeptask] = "1"
addtask prepare_build_root

inherit_defer ${@'installed-build-root' if d.getVar('BUILD_ROOT_MODE') == 'installed' and not d.getVar('BUILD_ROOT_STANDS_IN') else ''}
