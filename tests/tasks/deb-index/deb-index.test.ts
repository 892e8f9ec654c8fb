import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { StxError } from '../../../engine/base/stx-error.ts';
import { readDebIndex, writeDebIndex } from '../../../engine/tasks/deb-index/deb-index.ts';
import { makeDeb } from '../../support/deb-file.ts';
import { privateApt } from '../../support/private-apt.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

test('apt resolves dependencies out of the index and downloads what it names', async (t) => {
  using directory = temporaryDirectory();
  const feed = join(directory.path, 'feed');
  mkdirSync(feed);
  const debs = [
    makeDeb(feed, { Package: 'needy', Depends: 'needed (>= 1.0), other | needed' }),
    makeDeb(feed, { Package: 'needed' }, { 'usr/share/needed': 'x' }),
  ];
  await writeDebIndex(feed, debs);
  const apt = privateApt(directory.path, feed);
  t.regex(apt('apt-get', 'update'), /Packages/);
  const plan = apt('apt-get', 'install', '--simulate', 'needy');
  t.regex(plan, /^Inst needed \(1\.0-r0/m);
  t.regex(plan, /^Inst needy \(1\.0-r0/m);
  apt('apt-get', 'install', '--download-only', '--yes', 'needy');
  t.regex(
    execFileSync('dpkg-deb', ['-c', join(directory.path, 'apt/cache/archives', debs[1]!)], { encoding: 'utf8' }),
    /usr\/share\/needed/,
  );
});

test('the same packages give the same index, in whatever order they are named', async (t) => {
  using directory = temporaryDirectory();
  const debs = ['bb', 'aa', 'cc'].map((name) => makeDeb(directory.path, { Package: name }));
  await writeDebIndex(directory.path, debs);
  const read = () => ['Packages', 'Packages.gz', 'Release'].map((name) => readFileSync(join(directory.path, name)));
  const first = read();
  await writeDebIndex(directory.path, [...debs].reverse());
  t.deepEqual(read(), first);
  t.deepEqual(gunzipSync(first[1]!), first[0]);
  const stanzas = await readDebIndex(join(directory.path, 'Packages'));
  t.deepEqual(
    stanzas.map((each) => [each.get('Package'), each.get('Filename')]),
    [
      ['aa', './aa_1.0-r0_all.deb'],
      ['bb', './bb_1.0-r0_all.deb'],
      ['cc', './cc_1.0-r0_all.deb'],
    ],
  );
});

test('an index of no packages is empty and readable', async (t) => {
  using directory = temporaryDirectory();
  await writeDebIndex(directory.path, []);
  t.is(readFileSync(join(directory.path, 'Packages'), 'utf8'), '');
  t.deepEqual(await readDebIndex(join(directory.path, 'Packages')), []);
});

test('a damaged package is named and leaves no index', async (t) => {
  using directory = temporaryDirectory();
  const good = makeDeb(directory.path, { Package: 'good' });
  writeFileSync(join(directory.path, 'bad.deb'), 'not a package');
  const error = await t.throwsAsync(writeDebIndex(directory.path, [good, 'bad.deb']), { instanceOf: StxError });
  t.is(error?.diagnostics[0]?.code, 'bad-package-file');
  t.true(error?.message.includes(join(directory.path, 'bad.deb')));
  t.throws(() => readFileSync(join(directory.path, 'Packages')), { code: 'ENOENT' });
});
