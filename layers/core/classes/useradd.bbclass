# Makes accounts and groups when a package is installed, unless they are there. USERADD_PACKAGES names the packages,
# USERADD_PARAM:PACKAGE and GROUPADD_PARAM:PACKAGE hold arguments of useradd and groupadd, `;` between several, the name
# last. Files of such an owner: FILE_OWNERS:PACKAGE = "/path=user:group ...".

USERADD_PACKAGES ?= "${PN}"
