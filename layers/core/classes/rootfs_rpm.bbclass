# Images of systems with packages of the family "rpm" are not made yet; their packages and feeds are. Until they are, an
# image recipe says so wherever it is asked for, and hinders nothing else.

COMPATIBLE_FAMILY = "^deb$"
SKIP_REASON = "images of systems with rpm packages are not made yet; their packages and feeds are"
