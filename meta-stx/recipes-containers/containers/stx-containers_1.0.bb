SUMMARY = "StarlingX's container images"
DESCRIPTION = "CONTAINERS, of the system CONTAINER_DISTRO, whatever the system of the images is that run them."
LICENSE = "Apache-2.0"

inherit container-group

CONTAINERS = "stx-container-base stx-container-capture"
