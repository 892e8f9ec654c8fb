import test from 'ava';
import { compareDebVersions } from '../../../engine/tasks/package-write/deb/deb-version.ts';
import { libraryKey, parseShlibs, parseSymbols } from '../../../engine/tasks/package-write/deb/vendor-libraries.ts';

test('versions are ordered as dpkg orders them', (t) => {
  const ascending = ['1.0~rc1', '1.0', '1.0-1', '1.0-1+b1', '1.0-r0', '1.0a', '1.0+x', '1.2', '1.10', '1:0.1'];
  for (let index = 1; index < ascending.length; index += 1) {
    t.true(
      compareDebVersions(ascending[index - 1]!, ascending[index]!) < 0,
      `${ascending[index - 1]} < ${ascending[index]}`,
    );
    t.true(compareDebVersions(ascending[index]!, ascending[index - 1]!) > 0);
  }
  t.is(compareDebVersions('1.01', '1.1'), 0);
});

test('library tables of vendor packages are read, lines for other kinds of package left out', (t) => {
  const shlibs = parseShlibs('libz 1 zlib1g (>= 1:1.2)\nudeb: libz 1 zlib1g-udeb\n# no\nlibx 2 libx2, x-data (>= 3)\n');
  t.deepEqual(
    [...shlibs],
    [
      ['libz 1', ['zlib1g (>= 1:1.2)']],
      ['libx 2', ['libx2', 'x-data (>= 3)']],
    ],
  );
  const symbols = parseSymbols(
    'libz.so.1 zlib1g #MINVER#\n| zlib1g (>> 1)\n* Build-Depends-Package: zlib1g-dev\n a@Base 1:1.1\n b@Base 1:1.10\n c@Base 1:1.9 1\nliby.so.2 liby2 #MINVER#, y-data\n',
  );
  t.deepEqual(
    [...symbols],
    [
      ['libz.so.1', ['zlib1g (>= 1:1.10)']],
      ['liby.so.2', ['liby2', 'y-data']],
    ],
  );
  t.is(libraryKey('libstdc++.so.6'), 'libstdc++ 6');
  t.is(libraryKey('libbfd-2.40.so'), 'libbfd 2.40');
  t.is(libraryKey('plugin.so'), undefined);
});
