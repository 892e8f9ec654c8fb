# A package without files whose dependencies are a set that belongs together: RDEPENDS:${PN} is all a recipe has to say.

LICENSE ?= "Apache-2.0"
SECTION ?= "metapackages"
PACKAGE_ARCH ?= "all"

PACKAGES = "${PN}"
ALLOW_EMPTY:${PN} = "1"
FILES:${PN} = ""

inherit package

do_fetch[noexec] = "1"
do_unpack[noexec] = "1"
do_patch[noexec] = "1"
do_configure[noexec] = "1"
do_compile[noexec] = "1"
do_install[noexec] = "1"
