SUMMARY = "What shell tasks see as /: compiler, make and the usual tools, all of locked packages"
LICENSE = "Apache-2.0"

inherit tool-root

BOOTSTRAP_PACKAGES = "${BUILD_ESSENTIAL_PACKAGES}"
