# Builds Python software whose setup.py asks pbr for everything. There is no history to count commits in, and no network: the
# version is told.

inherit setuptools3

VENDOR_DEPENDS:append = " py:pbr"
PBR_VERSION ?= "${PV}"
export PBR_VERSION
# Lists of authors and changes come from a history as well.
export SKIP_GENERATE_AUTHORS = "1"
export SKIP_WRITE_GIT_CHANGELOG = "1"
