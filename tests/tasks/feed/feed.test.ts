import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { StxError } from '../../../engine/base/stx-error.ts';
import { readDebIndex } from '../../../engine/tasks/deb-index/deb-index.ts';
import { run } from '../../../engine/tasks/feed/feed.ts';
import { makeDeb } from '../../support/deb-file.ts';
import { privateApt } from '../../support/private-apt.ts';
import { orderIn } from '../../support/task-orders.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** A recipe's output directory with packages in it. */
function recipe(base: string, name: string, packages: Parameters<typeof makeDeb>[1][], configuration = '') {
  const directory = join(base, `${configuration}${name}`);
  mkdirSync(directory);
  for (const each of packages) makeDeb(directory, each);
  return { task: { configuration, recipe: name, task: 'do_package_write_deb' }, directories: [directory] };
}

function makeFeed(
  base: string,
  dependencies: ReturnType<typeof recipe>[],
  dependencyDigests: Readonly<Record<string, string>> = {},
) {
  const out = join(base, 'feed');
  const work = { kind: 'builtin', builtin: 'feed' } as const;
  const order = orderIn(base, work, { dependencies, dependencyDigests, outputs: [{ from: out, to: out }] });
  return run({ order, log: () => {}, progress: () => {}, signal: new AbortController().signal });
}

test('the packages of all dependencies become one repository from which apt installs', async (t) => {
  using directory = temporaryDirectory();
  const base = directory.path;
  const group = recipe(base, 'group', [{ Package: 'group', Depends: 'program' }]);
  const program = recipe(base, 'program', [
    { Package: 'program', Depends: 'lib (= 1.0-r0)' },
    { Package: 'program-doc' },
  ]);
  const lib = recipe(base, 'lib', [{ Package: 'lib' }]);
  await makeFeed(base, [group, program, lib]);
  t.deepEqual(readdirSync(join(base, 'feed')).sort(), [
    'Packages',
    'Packages.gz',
    'Release',
    'group_1.0-r0_all.deb',
    'lib_1.0-r0_all.deb',
    'program-doc_1.0-r0_all.deb',
    'program_1.0-r0_all.deb',
  ]);
  const apt = privateApt(base, join(base, 'feed'));
  apt('apt-get', 'update');
  const plan = apt('apt-get', 'install', '--simulate', 'group');
  t.deepEqual([...plan.matchAll(/^Inst (\S+)/gm)].map((each) => each[1]).sort(), ['group', 'lib', 'program']);
});

test('packages of a configuration whose root stands in are left out', async (t) => {
  using directory = temporaryDirectory();
  const own = recipe(directory.path, 'one', [{ Package: 'one' }]);
  const other = recipe(directory.path, 'one', [{ Package: 'one', Depends: 'other' }, { Package: 'two' }], 'other');
  await makeFeed(directory.path, [other, own]);
  const debs = readdirSync(join(directory.path, 'feed')).filter((each) => each.endsWith('.deb'));
  t.deepEqual(debs, ['one_1.0-r0_all.deb']);
});

test('the index says of which task output each package is part', async (t) => {
  using directory = temporaryDirectory();
  const one = recipe(directory.path, 'one', [{ Package: 'one' }, { Package: 'one-doc' }]);
  const two = recipe(directory.path, 'two', [{ Package: 'two' }]);
  const [first, second] = ['1'.repeat(64), '2'.repeat(64)];
  await makeFeed(directory.path, [one, two], {
    'one:do_package_write_deb': `${first}/120`,
    'two:do_package_write_deb': `${second}/7`,
  });
  const stanzas = await readDebIndex(join(directory.path, 'feed/Packages'));
  t.deepEqual(
    stanzas.map((each) => [each.get('Package'), each.get('Stx-Output')]),
    [
      ['one-doc', first],
      ['one', first],
      ['two', second],
    ],
  );
});

test('a package that was there before and is not made any more leaves the repository', async (t) => {
  using directory = temporaryDirectory();
  const one = recipe(directory.path, 'one', [{ Package: 'one' }]);
  const two = recipe(directory.path, 'two', [{ Package: 'two' }]);
  await makeFeed(directory.path, [one, two]);
  await makeFeed(directory.path, [two]);
  t.false(readdirSync(join(directory.path, 'feed')).includes('one_1.0-r0_all.deb'));
});

test('two recipes that make different packages of one name are an error that names both', async (t) => {
  using directory = temporaryDirectory();
  const one = recipe(directory.path, 'one', [{ Package: 'same' }]);
  const two = recipe(directory.path, 'two', [{ Package: 'same', Version: '2' }]);
  const error = await t.throwsAsync(makeFeed(directory.path, [one, two]), { instanceOf: StxError });
  t.is(error?.diagnostics[0]?.code, 'duplicate-package');
  t.regex(error?.message ?? '', /`one:do_package_write_deb` and `two:do_package_write_deb` both make/);
});
