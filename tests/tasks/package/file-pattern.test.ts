import test from 'ava';
import { compileFilePattern } from '../../../engine/tasks/package/file-pattern.ts';

const rows: readonly (readonly [pattern: string, path: string, matches: boolean])[] = [
  ['/usr/bin', 'usr/bin/a/b', true],
  ['/usr/bin', 'usr/binary', false],
  ['/usr/bin/', 'usr/bin/a', true],
  ['//usr/./bin', 'usr/bin/a', true],
  ['/usr/bin/a', 'usr/bin', false],
  ['/usr/*', 'usr/bin/a', true],
  ['/usr/*/a', 'usr/bin/a', true],
  ['/usr/*/a', 'usr/bin/x/a', false],
  ['/usr/lib/lib*.so', 'usr/lib/libz.so', true],
  ['/usr/lib/lib*.so', 'usr/lib/libz.so.1', false],
  ['/usr/lib/lib*.so', 'usr/lib/libzXso', false],
  ['/etc/*', 'etc/.hidden', false],
  ['/etc/.h*', 'etc/.hidden', true],
  ['/etc/?', 'etc/a', true],
  ['/etc/?', 'etc/ab', false],
  ['/etc/[a-c]x', 'etc/bx', true],
  ['/etc/[!a-c]x', 'etc/bx', false],
  ['/etc/[]]x', 'etc/]x', true],
  ['/etc/[a', 'etc/[a', true],
  ['/etc/a+b(c)', 'etc/a+b(c)', true],
  ['/', 'anything/at/all', true],
];

test('a word of FILES matches as a shell pattern does, and a directory takes all below it', (t) => {
  for (const [pattern, path, expected] of rows) {
    t.is(compileFilePattern(pattern).matches(path), expected, `${pattern} on ${path}`);
  }
});
