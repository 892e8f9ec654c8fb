# The part of class distro-source for a folder of the user that stands for the unpacked source package (EXTERNALSRC). Its content
# gets a number, so that a later one has a higher version, and a mark.

do_unpack_source[noexec] = "1"

SOURCE_REVISION_FILE = "${WORKDIR}/source-revision"
REVISION_DIR ?= "${SSTATE_DIR}/revisions"
REVISION_POLICY ??= "content"
do_source_revision[builtin] = "source-revision"
do_source_revision[dirs] = "${WORKDIR}"
addtask source_revision after do_patch before do_configure
