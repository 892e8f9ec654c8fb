SUMMARY = "StarlingX: where Python looks for plugins"
DESCRIPTION = "Applications bring theirs into a folder that can be written to."

require recipes-config-files/config-files-source.inc
LIC_FILES_CHKSUM = "file://debian/all/deb_folder/copyright;md5=9cf32f28388ec2f4da298dff74c9f032"

inherit flock-config

CONFIG_DIR = "source"
CONFIG_REPLACES = "sitecustomize.py.stx=${sysconfdir}/python${PYTHON_BASEVERSION}/sitecustomize.py"
# There is no such file of the vendor.
CONFIG_DIR:rpm = "files"
CONFIG_FILES:rpm = "sitecustomize.py=${PYTHON_SITEPACKAGES_DIR}/sitecustomize.py"
CONFIG_REPLACES:rpm = ""

RDEPENDS:${PN} = "vendor:cmd:python3"
