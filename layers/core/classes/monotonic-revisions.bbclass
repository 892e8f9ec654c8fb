# For feeds that installed systems follow (INHERIT:append = " monotonic-revisions"): a content that comes back after another
# one gets a new, higher number. The number then depends on what was built before, so its task is never restored.

REVISION_POLICY = "monotonic"
do_package_revision[nostamp] = "1"
