import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { StxError } from '../../../engine/base/stx-error.ts';
import { revisionNumber } from '../../../engine/tasks/package-write/revision-store.ts';
import { run as sourceRevision } from '../../../engine/tasks/package-write/source-revision.ts';
import { type PackagedRecipe, reviseRecipe } from '../../support/package-recipe.ts';
import { contextIn } from '../../support/task-contexts.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const key = { system: 'a-b-c', recipe: 'demo', version: '1.0-r0' };

test('a new content gets the next number, a known one keeps its own', async (t) => {
  using directory = temporaryDirectory();
  const number = (digest: string) => revisionNumber(directory.path, key, { digest, policy: 'content' });
  t.deepEqual([await number('x'), await number('y'), await number('x'), await number('z')], [0, 1, 0, 2]);
  const other = { ...key, version: '2:1/1' };
  t.is(await revisionNumber(directory.path, other, { digest: 'y', policy: 'content' }), 0);
});

test('with the monotonic policy a content that comes back gets a new number', async (t) => {
  using directory = temporaryDirectory();
  const number = (digest: string) => revisionNumber(directory.path, key, { digest, policy: 'monotonic' });
  t.deepEqual([await number('x'), await number('x'), await number('y'), await number('x')], [0, 0, 1, 2]);
});

test('builds that ask at the same time get different numbers for different contents', async (t) => {
  using directory = temporaryDirectory();
  const digests = Array.from({ length: 20 }, (_, index) => `digest-${index}`);
  const numbers = await Promise.all(
    digests.map((digest) => revisionNumber(directory.path, key, { digest, policy: 'content' })),
  );
  t.deepEqual(
    [...numbers].sort((a, b) => a - b),
    [...digests.keys()],
  );
});

test('versions of changed contents are higher for dpkg and for rpm', async (t) => {
  using directory = temporaryDirectory();
  const version = async (content: string, variables: Readonly<Record<string, string>> = {}) => {
    const recipe: PackagedRecipe = { files: { 'usr/a': content }, variables };
    const folder = `tree-${content}`;
    const { control } = await reviseRecipe(join(directory.path, folder), {
      ...recipe,
      variables: { ...variables, REVISION_DIR: join(directory.path, 'revisions') },
    });
    return (JSON.parse(readFileSync(join(control, 'revision.json'), 'utf8')) as { version: string }).version;
  };
  const first = await version('one');
  const second = await version('two');
  const marked = await version('three', { PACKAGE_VERSION_MARK: 'd' });
  t.is(first, '1.0-r0');
  t.is(second, '1.0-r0.1');
  t.regex(marked, /^1\.0-r0\.2\+d[0-9a-f]{8}$/);
  t.is(await version('one'), first);
  for (const [lower, higher] of [
    [first, second],
    [second, marked],
    [marked, '1.0-r0.3'],
    [`1.0-r0+d0a1b2c3d`, second],
  ] as const) {
    t.notThrows(() => execFileSync('dpkg', ['--compare-versions', lower, 'lt', higher]), `${lower} < ${higher}`);
    const [a, b] = [lower, higher].map((each) => each.slice(4));
    t.is(execFileSync('rpm', ['--eval', `%{lua:print(rpm.vercmp("${a}","${b}"))}`], { encoding: 'utf8' }).trim(), '-1');
  }
  const formatted = await version('four', { PACKAGE_VERSION_FORMAT: '%(pv)s-1%(pr)s%(rev)s.el9' });
  t.is(formatted, '1.0-1r0.el9');
});

test('a marked version is higher than the released one of the same number, with a label of the system behind it, too', async (t) => {
  const label = { PACKAGE_VERSION_FORMAT: '%(pv)s-%(pr)s%(rev)s.el9' };
  // Each developer's store begins empty: both contents have the number 0.
  const version = async (content: string, variables: Readonly<Record<string, string>>) => {
    using directory = temporaryDirectory();
    const { control } = await reviseRecipe(directory.path, { files: { 'usr/a': content }, variables });
    return (JSON.parse(readFileSync(join(control, 'revision.json'), 'utf8')) as { version: string }).version;
  };
  const released = await version('one', label);
  const marked = await version('two', { ...label, PACKAGE_VERSION_MARK: 'd' });
  t.is(released, '1.0-r0.el9');
  t.regex(marked, /^1\.0-r0\.el9\+d[0-9a-f]{8}$/);
  for (const [a, b] of [
    [released, marked],
    [marked, '1.0-r0.1.el9'],
    ['1.0-r0.1.el9', '1.0-r0.1.el9+d00000000'],
    ['1.0-r0.1.el9+d00000000', '1.0-r0.2.el9'],
  ] as const) {
    const releases = `"${a.slice(4)}","${b.slice(4)}"`;
    t.is(execFileSync('rpm', ['--eval', `%{lua:print(rpm.vercmp(${releases}))}`], { encoding: 'utf8' }).trim(), '-1');
  }
});

test('contents for a machine or a processor have numbers of their own, what every machine takes shares them', async (t) => {
  using directory = temporaryDirectory();
  const version = async (content: string, packageArch: string) => {
    const variables = { PACKAGE_ARCH: packageArch, REVISION_DIR: join(directory.path, 'revisions') };
    const { control } = await reviseRecipe(join(directory.path, `${content}-${packageArch}`), {
      files: { 'usr/a': content },
      variables,
    });
    return (JSON.parse(readFileSync(join(control, 'revision.json'), 'utf8')) as { version: string }).version;
  };
  t.is(await version('eight', 'power8'), '1.0-r0');
  t.is(await version('nine', 'power9'), '1.0-r0');
  t.is(await version('new', 'power9'), '1.0-r0.1');
  t.is(await version('eight', 'power8'), '1.0-r0');
  t.is(await version('plain', 'x86_64'), '1.0-r0');
  t.is(await version('next', 'x86_64'), '1.0-r0.1');
});

test('to need one version of another recipe for good is told, the same of the own recipe is kept', async (t) => {
  using directory = temporaryDirectory();
  const library = await reviseRecipe(directory.path, { name: 'libx', files: { 'usr/a': 'x' }, variables: { PE: '2' } });
  const { warnings } = await reviseRecipe(directory.path, {
    files: { 'usr/b': 'x', 'usr/c': 'x' },
    variables: {
      PACKAGES: 'demo-b demo',
      'FILES:demo-b': '/usr/b',
      'RDEPENDS:demo': 'libx (= 2:1.0-r0), demo-b (= 1.0-r0) libx (>= 2:1.0-r0) | other (= 1.0-r0)',
    },
    dependencies: [library.output],
  });
  t.deepEqual(warnings, [
    {
      code: 'fixed-dependency',
      severity: 'warning',
      message: '`demo` needs `libx (= 2:1.0-r0)`, which the first content of that version is at most',
      help: 'write `libx (>= 2:1.0-r0)` in `RDEPENDS:demo`',
    },
  ]);
});

test('a policy that does not exist is an error', async (t) => {
  using directory = temporaryDirectory();
  const recipe = { files: { 'usr/a': 'x' }, variables: { REVISION_POLICY: 'newest' } };
  const error = await t.throwsAsync(reviseRecipe(directory.path, recipe), { instanceOf: StxError });
  t.is(error?.diagnostics[0]?.code, 'invalid-value');
});

test('the content of a source package that is worked on has a number, from 1 on, and a mark', async (t) => {
  using directory = temporaryDirectory();
  const file = join(directory.path, 'source-revision');
  const revise = async (text: string): Promise<string> => {
    mkdirSync(join(directory.path, 'source'), { recursive: true });
    writeFileSync(join(directory.path, 'source/rules'), text);
    const places = { S: join(directory.path, 'source'), REVISION_DIR: join(directory.path, 'store') };
    const variables = { PN: 'tool', PV: '1.0', DISTRO: 'some', VERSION_SUFFIX: '+own1', ...places };
    await sourceRevision(contextIn(directory.path, { variables: { ...variables, SOURCE_REVISION_FILE: file } }));
    return readFileSync(file, 'utf8');
  };
  const first = await revise('one');
  const second = await revise('two');
  t.regex(first, /^\.1\+d[0-9a-f]{8}$/);
  t.regex(second, /^\.2\+d[0-9a-f]{8}$/);
  t.is(await revise('one'), first);
});
