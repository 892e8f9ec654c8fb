# For configurations written for OpenEmbedded: EXTERNALSRC needs no class here, it counts for every recipe (docs/developer-guide.md).
