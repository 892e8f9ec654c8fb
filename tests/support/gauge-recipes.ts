/** Text of a recipe's licence, and its MD5. */
const license = 'Copyright 2025 Some Body\n\nPermission is granted to use this for tests.\n';
const licenseSum = '8072d19dab5dce1623b8d19a218d741b';

const common = [
  'HOMEPAGE = "https://example.org/gauge"',
  'LICENSE = "MIT"',
  `LIC_FILES_CHKSUM = "file://LICENSE;md5=${licenseSum}"`,
  'S = "${WORKDIR}"',
];

const library = [
  'SUMMARY = "Library that reads gauges"',
  'DESCRIPTION = "A library with a soname, symbol versions, a header and a pkg-config file, so that every kind of package of a recipe is made."',
  'SECTION = "libs"',
  ...common,
  'SRC_URI = "file://LICENSE file://Makefile file://gauge.c file://gauge.h file://gauge.map file://gauge.pc file://gauge.3"',
  'inherit makefile package',
  'MAKE_INSTALL_VARS = "LIBDIR=${libdir} INCLUDEDIR=${includedir} MANDIR=${mandir}"',
  '',
].join('\n');

const daemon = [
  'SUMMARY = "Service that watches gauges"',
  'DESCRIPTION = "It has a unit, an account, a configuration file and an alternative."',
  'SECTION = "admin"',
  ...common,
  'DEPENDS = "libgauge"',
  'SRC_URI = "file://LICENSE file://gauged.c file://gauged.service file://gauged.conf file://gauged.8"',
  'inherit package systemd useradd update-alternatives',
  'CC ?= "gcc"',
  'do_compile() {',
  '    ${CC} ${CPPFLAGS} ${CFLAGS} -o gauged gauged.c ${LDFLAGS} -lgauge',
  '}',
  'do_install() {',
  '    install -D -m 0755 gauged "${D}${sbindir}/gauged"',
  '    install -D -m 0644 gauged.service "${D}${systemd_system_unitdir}/gauged.service"',
  '    install -D -m 0644 gauged.conf "${D}${sysconfdir}/gauged.conf"',
  '    install -D -m 0644 gauged.8 "${D}${mandir}/man8/gauged.8"',
  '    install -d -m 0755 "${D}${localstatedir}/lib/gauged"',
  '    install -D -m 0755 gauged "${D}${bindir}/gaugectl"',
  '}',
  'PACKAGES = "${PN}-dbg ${PN}"',
  'FILES:${PN} = "/"',
  'CONFFILES:${PN} = "${sysconfdir}"',
  'FILE_OWNERS:${PN} = "${localstatedir}/lib/gauged=gauge:gauge"',
  'GROUPADD_PARAM:${PN} = "-r gauge"',
  'USERADD_PARAM:${PN} = "-r -M -d /var/lib/gauged -s /usr/sbin/nologin -g gauge gauge"',
  'SYSTEMD_SERVICE:${PN} = "gauged.service"',
  'ALTERNATIVE:${PN} = "gaugectl"',
  'RRECOMMENDS:${PN} = "gauge-extra"',
  'RREPLACES:${PN} = "old-gauged"',
  'RCONFLICTS:${PN} = "old-gauged"',
  'pkg_postinst:${PN} () {',
  '    echo "$STX_ACTION 100%" >> /var/lib/gauged/actions',
  '}',
  'pkg_prerm:${PN} () {',
  '    echo "before $STX_ACTION" >> /var/lib/gauged.actions',
  '}',
  'PACKAGE_LINTIAN_OVERRIDES:${PN} = "no-manual-page * # the program is told by its service"',
  '',
].join('\n');

const api = [
  'SUMMARY = "Python interface of gauges"',
  'DESCRIPTION = "Modules with metadata, and a command."',
  ...common,
  'SRC_URI = "file://LICENSE"',
  'inherit package',
  'PACKAGE_ARCH = "all"',
  'do_install() {',
  '    modules="${D}${PYTHON_SITEPACKAGES_DIR}"',
  '    install -d "$modules/gauge_api" "$modules/gauge_api-1.0.dist-info" "${D}${bindir}"',
  '    printf \'VALUE = 1\\n\' > "$modules/gauge_api/__init__.py"',
  '    printf \'Metadata-Version: 2.1\\nName: gauge_api\\nVersion: 1.0\\nRequires-Dist: six (>=1.10)\\n\' > "$modules/gauge_api-1.0.dist-info/METADATA"',
  '    printf \'#!/usr/bin/python3\\nimport gauge_api\\n\' > "${D}${bindir}/gauge-api"',
  '    chmod 0755 "${D}${bindir}/gauge-api"',
  '}',
  'PACKAGES = "python3-gauge-api"',
  'FILES:python3-gauge-api = "/"',
  'RDEPENDS:python3-gauge-api = "gauged (>= 1.0)"',
  '',
].join('\n');

const makefile = [
  'libgauge.so.1: gauge.c',
  '\t$(CC) $(CPPFLAGS) $(CFLAGS) -fPIC -shared -Wl,-soname,libgauge.so.1 -Wl,--version-script,gauge.map -o $@ gauge.c $(LDFLAGS)',
  'install:',
  '\tinstall -D -m 0755 libgauge.so.1 $(DESTDIR)$(LIBDIR)/libgauge.so.1',
  '\tln -s libgauge.so.1 $(DESTDIR)$(LIBDIR)/libgauge.so',
  '\tinstall -D -m 0644 gauge.h $(DESTDIR)$(INCLUDEDIR)/gauge.h',
  '\tinstall -D -m 0644 gauge.pc $(DESTDIR)$(LIBDIR)/pkgconfig/gauge.pc',
  '\tinstall -D -m 0644 gauge.3 $(DESTDIR)$(MANDIR)/man3/gauge.3',
  '\tinstall -D -m 0644 LICENSE $(DESTDIR)/usr/share/doc/libgauge/NOTES',
  '',
].join('\n');

const manual = (name: string, section: string, text: string) =>
  `.TH ${name.toUpperCase()} ${section} 2025-01-01\n.SH NAME\n${name} \\- ${text}\n.SH DESCRIPTION\nA test.\n`;

/** A service's own program: it uses the library in both of its versions. */
const program = [
  '#include <gauge.h>',
  '#include <stdio.h>',
  'int main(void) { printf("%d %d\\n", gauge_read(), gauge_count()); return 0; }',
  '',
].join('\n');

/**
 * Recipes in the shapes that real software has: a C library with a Makefile, a service that links it, Python modules. Files
 * below a layer's `recipes`.
 */
export const gaugeRecipes: Readonly<Record<string, string>> = {
  'libgauge/libgauge_1.0.bb': library,
  'libgauge/files/LICENSE': license,
  'libgauge/files/Makefile': makefile,
  'libgauge/files/gauge.c':
    '#include <stdlib.h>\nint gauge_read(void) { return getenv("GAUGE") ? 1 : 42; }\nint gauge_count(void) { return 1; }\n',
  'libgauge/files/gauge.h': 'int gauge_read(void);\nint gauge_count(void);\n',
  'libgauge/files/gauge.map':
    'GAUGE_1.0 { global: gauge_read; local: *; };\nGAUGE_1.1 { global: gauge_count; } GAUGE_1.0;\n',
  'libgauge/files/gauge.pc': 'Name: gauge\nDescription: gauges\nVersion: 1.0\nLibs: -lgauge\n',
  'libgauge/files/gauge.3': manual('gauge', '3', 'reads gauges'),
  'gauged/gauged_1.0.bb': daemon,
  'gauged/files/LICENSE': license,
  'gauged/files/gauged.c': program,
  'gauged/files/gauged.service':
    '[Unit]\nDescription=Watch gauges\nDocumentation=man:gauged(8)\n\n[Service]\nExecStart=/usr/sbin/gauged\n\n[Install]\nWantedBy=multi-user.target\n',
  'gauged/files/gauged.conf': 'interval=1\n',
  'gauged/files/gauged.8': manual('gauged', '8', 'watches gauges'),
  'gauge-api/gauge-api_1.0.bb': api,
  'gauge-api/files/LICENSE': license,
};
