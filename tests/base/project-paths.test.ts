import test from 'ava';
import fc from 'fast-check';
import { projectPathReplacer } from '../../engine/base/project-paths.ts';

const replace = projectPathReplacer([
  { path: '/build', placeholder: '<B>' },
  { path: '/build/tmp/', placeholder: '<T>' },
]);

const replaced: readonly (readonly [text: string, expected: string])[] = [
  ['/build', '<B>'],
  ['cat /build/x /build/tmp/y', 'cat <B>/x <T>/y'],
  ['a="/build" b=\'/build/tmp\'', 'a="<B>" b=\'<T>\''],
  ['-I/build -L/build/tmp/lib --prefix=/build', '-I<B> -L<T>/lib --prefix=<B>'],
  ['-isystem/build/include -Wl,-rpath,/build', '-isystem<B>/include -Wl,-rpath,<B>'],
  ['-I"/build/x"', '-I"<B>/x"'],
  ['PATH=/bin:/build/bin:/build', 'PATH=/bin:<B>/bin:<B>'],
  ['file:///build/x', 'file://<B>/x'],
  ['(cd /build;ls)>/build', '(cd <B>;ls)><B>'],
  ['s|^/build|x|', 's|^<B>|x|'],
  ['""/build', '""<B>'],
  ["printf 'a\\n/build'", "printf 'a\\n<B>'"],
];

for (const [text, expected] of replaced) {
  test(`the path is found where it begins: ${text}`, (t) => t.is(replace(text), expected));
}

const kept = [
  '${WORKDIR}/build',
  '$HOME/build/tmp',
  '"${S}"/build "$x"/build',
  '`pwd`/build $(pwd)/build',
  '@top_srcdir@/build',
  'x/build a.b/build a-I/build c++/build ~/build ../build */build',
  'https://host/build //build',
  '/build2 /build.d /build-x',
];

for (const text of kept) test(`the path is left alone inside another: ${text}`, (t) => t.is(replace(text), text));

test('in any path made of the same names only a beginning is replaced', (t) => {
  const component = fc.constantFrom('build', 'tmp', '${WORKDIR}', '$x', '~', '..', 'c++', 'x-I', 'a');
  const path = fc.tuple(fc.boolean(), fc.array(component, { minLength: 1, maxLength: 5 }));
  const between = fc.constantFrom(' ', '\n', ':', '=', ',', ';');
  fc.assert(
    fc.property(fc.array(fc.tuple(path, between), { maxLength: 6 }), (parts) => {
      const written = parts.map(([[absolute, names], end]) => `${absolute ? '/' : ''}${names.join('/')}${end}`);
      const expected = parts.map(([[absolute, names], end]) => `${absolute ? hidden(names) : names.join('/')}${end}`);
      t.is(replace(written.join('')), expected.join(''));
    }),
  );
});

function hidden(names: readonly string[]): string {
  if (names[0] !== 'build') return `/${names.join('/')}`;
  return names[1] === 'tmp' ? ['<T>', ...names.slice(2)].join('/') : ['<B>', ...names.slice(1)].join('/');
}
