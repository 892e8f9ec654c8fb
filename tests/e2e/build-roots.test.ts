import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import { Checkout } from '../support/checkout.ts';

// Real roots: cross compilers for arm64, packages laid over them, and the same roots for another system that has none. About
// 120 s on an idle machine.
let checkout: Checkout;

const recipe = `SUMMARY = "Looks around"
LICENSE = "MIT"
PACKAGE_DOCUMENTS = "0"
LIC_FILES_CHKSUM = ""
VENDOR_DEPENDS = "pc:zlib"
S = "\${WORKDIR}"
do_compile() {
    printf '#include <stdio.h>\\n#include <zlib.h>\\nint main(void) { return puts(zlibVersion()) < 0; }\\n' > looker.c
    \${CC} \${CFLAGS} \${LDFLAGS} -o looker looker.c $(pkg-config --cflags --libs zlib)
}
do_install() {
    install -D looker "\${D}\${bindir}/looker"
    if echo x >> /usr/include/zlib.h; then exit 7; fi
    if touch /etc/made; then exit 8; fi
    { ls /; ls /home /root /mnt /srv /stx/tmp/work; cat /etc/hostname 2>/dev/null || :; } > seen
}
inherit package
`;

test.before(() => {
  checkout = new Checkout(mkdtempSync(join(tmpdir(), 'stx-e2e-roots-')));
  checkout.configure([
    'MACHINE = "arm64"',
    'BBMULTICONFIG = "ubuntu"',
    'BUILD_ROOT_STANDIN:ubuntu = "mc::build-root"',
    'BUILD_ROOT_STANDIN[reason] = "no mirror in this test"',
  ]);
  const path = join(checkout.path, 'meta-stx/recipes-core/looker/looker_1.0.bb');
  mkdirSync(dirname(path));
  writeFileSync(path, recipe);
});

test.after.always(() => checkout?.remove());

/** What readelf says of a program of a package. */
function machineOf(folder: string, name: string): string {
  const to = mkdtempSync(join(checkout.path, 'extracted-'));
  execFileSync('sh', ['-c', 'dpkg-deb -x "$1"/looker_*.deb "$2"', 'sh', join(checkout.path, folder), to]);
  const said = execFileSync('readelf', ['-h', join(to, name)], { encoding: 'utf8' });
  return /^ *Machine: *(.*)$/m.exec(said)?.[1] ?? '';
}

test.serial('what a recipe is built with comes into the lock', (t) => {
  const run = checkout.bake(['--yes', 'lock', 'add', 'looker']);
  t.is(run.status, 0, run.output);
  const lock = readFileSync(join(checkout.path, 'meta-debian/locks/bookworm-arm64.lock'), 'utf8');
  t.regex(lock, /^Package: zlib1g-dev\n(?:.+\n)*?Architecture: arm64\n(?:.+\n)*?Roots:.* looker\b/m);
});

test.serial('a recipe is built for arm64 with a library of the vendor, in a root that it cannot write', (t) => {
  const run = checkout.bake(['--yes', 'looker']);
  t.is(run.status, 0, run.output);
  t.log(`${run.seconds.toFixed(0)} s`);
  t.is(machineOf('build/tmp/deploy-deb/looker', 'usr/bin/looker'), 'AArch64');
  const seen = readFileSync(join(checkout.path, 'build/tmp/work/looker/1.0-r0/seen'), 'utf8').split('\n');
  t.true(seen.includes('looker'), 'its own work');
  for (const foreign of [checkout.path.split('/')[2] ?? '', 'lost+found', 'libpcap', 'cdrom'])
    t.false(seen.includes(foreign));
});

test.serial('a system without packages of its own is built for in the same root, and its packages say so', (t) => {
  const run = checkout.bake(['--yes', 'mc:ubuntu:looker']);
  t.is(run.status, 0, run.output);
  t.false(
    run.ran.some((task) => /build-root:do_/.test(task)),
    run.ran.join(' '),
  );
  const [name = ''] = execFileSync(
    'sh',
    ['-c', 'ls "$1"/looker_*.deb', 'sh', join(checkout.path, 'build/tmp-ubuntu/deploy-deb/looker')],
    {
      encoding: 'utf8',
    },
  ).split('\n');
  const note = execFileSync('dpkg-deb', ['-f', name, 'X-Stx-Build-Root'], { encoding: 'utf8' }).trim();
  t.is(note, 'built in mc::build-root, which stands in: no mirror in this test');
});
