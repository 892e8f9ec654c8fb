SUMMARY = "Signed repository of our packages for running systems"
LICENSE = "Apache-2.0"

inherit package-feed

FEED_ORIGIN = "StarlingX"
FEED_PACKAGES = "packagegroup-stx-base"
