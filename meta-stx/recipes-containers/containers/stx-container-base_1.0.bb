SUMMARY = "Base of StarlingX's containers"
DESCRIPTION = "The system's package manager and what it needs: the first layer of every service's image."
LICENSE = "Apache-2.0"

inherit image-container

IMAGE_NAME = "stx-${DISTRO_IMAGE_WORD}-container-base"
CONTAINER_CMD = "/bin/sh"
