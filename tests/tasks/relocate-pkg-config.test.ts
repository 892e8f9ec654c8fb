import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { relocatePkgConfig } from '../../engine/tasks/populate-sysroot/relocate-pkg-config.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const text = [
  'prefix=/usr',
  'libdir=${prefix}/lib/x86_64-linux-gnu',
  'includedir=/usr/include',
  'unitdir=/usr/lib/systemd/system',
  'Name: a',
  'Description: -I/usr/include is not a flag here',
  'Version: 1',
  'Requires: b >= 2',
  'Libs: -L${libdir} -la -Wl,-z,now /usr/lib/liba-extra.a',
  'Libs.private: -L/opt/x -lm',
  'Cflags: -I${includedir}/a -I${pcfiledir}/../own -DPATH=/usr/share/a -isystem ${includedir}/b',
  '',
].join('\n');

test('flags lead into the tree that the file lies in; everything else stays', (t) => {
  const root = '${pcfiledir}/../../..';
  t.is(
    relocatePkgConfig(text, 'usr/lib/pkgconfig/a.pc'),
    text
      .replace('-L${libdir}', `-L${root}\${libdir}`)
      .replace('/usr/lib/liba-extra.a', `${root}/usr/lib/liba-extra.a`)
      .replace('-L/opt/x', `-L${root}/opt/x`)
      .replace('-I${includedir}/a', `-I${root}\${includedir}/a`)
      .replace('-isystem ${includedir}/b', `-isystem ${root}\${includedir}/b`),
  );
});

test('pkg-config gives flags of the sysroot, and values of the target system', (t) => {
  using directory = temporaryDirectory();
  const folder = join(directory.path, 'usr/lib/x/pkgconfig');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'a.pc'),
    relocatePkgConfig(text.replace(/^Requires.*\n/m, ''), '/usr/lib/x/pkgconfig/a.pc'),
  );
  const ask = (...words: string[]) =>
    execFileSync('pkg-config', [...words, 'a'], { env: { PATH: process.env['PATH'], PKG_CONFIG_PATH: folder } })
      .toString()
      .trim();
  t.is(ask('--variable=unitdir'), '/usr/lib/systemd/system');
  t.true(ask('--cflags-only-I').split(/\s+/).includes(`-I${folder}/../../../../usr/include/a`));
  t.true(ask('--libs-only-L').split(/\s+/).includes(`-L${folder}/../../../../usr/lib/x86_64-linux-gnu`));
});
