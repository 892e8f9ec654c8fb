import test from 'ava';
import { readAptSources } from '../../engine/host/apt-sources.ts';
import { memoryFiles } from '../support/memory-files.ts';

test('one-line and deb822 sources give the base URL of each suite, the first entry winning', (t) => {
  const files = memoryFiles({
    '/etc/apt/sources.list': [
      '# deb http://commented.example/x stable main',
      'deb [arch=amd64 signed-by=/k.gpg] http://one.example/os/ stable main contrib # first',
      'deb-src http://one.example/os stable main',
      'deb cdrom:[Disc]/ stable main',
    ].join('\n'),
    '/etc/apt/sources.list.d/a.sources':
      'Types: deb\n# note\nURIs: http://two.example/os\nSuites: stable stable-updates\nComponents: main\nSigned-By: /k\n\n' +
      'Types: deb\nURIs: http://three.example/tool\nSuites: tool\nComponents: extra\n',
    '/etc/apt/sources.list.d/off.sources':
      'Enabled: no\nTypes: deb\nURIs: http://off.example\nSuites: off\nComponents: main\n',
  });
  t.deepEqual(
    [...readAptSources(files)],
    [
      ['stable', 'http://one.example/os'],
      ['stable-updates', 'http://two.example/os'],
    ],
  );
});

test('a host without apt has no sources', (t) => {
  t.is(readAptSources(memoryFiles({})).size, 0);
});
