# Builds software whose release holds a `configure` script: configure, make, make install. The script is used as released;
# a recipe adds switches with EXTRA_OECONF, make variables with EXTRA_OEMAKE. Compiler settings come with the environment.

CONFIGURE_SCRIPT ?= "${S}/configure"
EXTRA_OECONF ??= ""
# Where it runs and what it is for, when these differ (class cross).
CONFIGURE_SYSTEMS ??= ""

CONFIGURE_DIRECTORIES = " \
    --prefix=${prefix} --exec-prefix=${exec_prefix} --bindir=${bindir} --sbindir=${sbindir} \
    --libexecdir=${libexecdir} --libdir=${libdir} --includedir=${includedir} \
    --datadir=${datadir} --mandir=${mandir} --infodir=${infodir} \
    --sysconfdir=${sysconfdir} --localstatedir=${localstatedir} \
"

do_configure() {
    "${CONFIGURE_SCRIPT}" ${CONFIGURE_SYSTEMS} ${CONFIGURE_DIRECTORIES} ${EXTRA_OECONF}
}

do_compile() {
    oe_runmake
}

do_install() {
    oe_runmake DESTDIR="${D}" install
}
