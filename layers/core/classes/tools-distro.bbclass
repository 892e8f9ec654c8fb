# A tool root of packages of TOOLS_DISTRO for the machine that builds, whatever is built for: every configuration takes the
# same records from TOOLS_LOCK_FILE, so the root is made once.

inherit tool-root

LOCK_FILE = "${TOOLS_LOCK_FILE}"
LOCK_RESOLVER = "${TOOLS_LOCK_RESOLVER}"
REPOSITORIES = "${TOOLS_REPOSITORIES}"
DISTRO_MIRROR = "${TOOLS_MIRROR}"
DISTRO_FALLBACKS = "${TOOLS_FALLBACKS}"
BOOTSTRAP_ARCH = "${TOOLS_ARCH}"
BOOTSTRAP_MERGED_USR = "package"
BOOTSTRAP_LIBRARY_LINKS = ""
