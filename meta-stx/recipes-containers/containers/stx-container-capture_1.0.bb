SUMMARY = "Container that captures network traffic"
DESCRIPTION = "tcpdump over the network of whoever starts it; its words are tcpdump's options."
LICENSE = "Apache-2.0 AND BSD-3-Clause"

inherit container-service

IMAGE_NAME = "stx-${DISTRO_IMAGE_WORD}-container-capture"
CONTAINER_INSTALL = "tcpdump"
CONTAINER_ENTRYPOINT = "${bindir}/tcpdump"
CONTAINER_CMD = "--list-interfaces"
