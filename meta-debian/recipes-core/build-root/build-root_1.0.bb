SUMMARY = "What shell tasks see as /: compiler, make and the usual tools, all of locked packages"
LICENSE = "Apache-2.0"

inherit tool-root

BOOTSTRAP_PACKAGES = " \
    usr-is-merged gcc make libc6-dev flex bison pkgconf binutils patch perl xz-utils bzip2 m4 file \
    gettext-base \
"
