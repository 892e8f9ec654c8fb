import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { formatLockFile } from '../../../engine/base/lock-file.ts';
import type { LockRecord } from '../../../engine/base/lock-record.ts';
import { StxError } from '../../../engine/base/stx-error.ts';
import { run } from '../../../engine/tasks/image-manifest/image-manifest.ts';
import { taskContext } from '../../support/task-context.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const key = '0123456789ABCDEF0123456789ABCDEF01234567';
const packageKey = '89ABCDEF0123456789ABCDEF0123456789ABCDEF';

function record(name: string, more: Partial<LockRecord> = {}): LockRecord {
  const base = { version: '1:5.2-1', architecture: 'amd64', sizeBytes: 10, sha256: 'a'.repeat(64), roots: ['image'] };
  return { name, repository: 'main', path: `pool/${name}.deb`, ...base, ...more };
}

/** What the task leaves for an image with these packages; `x.iso` is its name. */
async function manifest(
  installed: readonly string[],
  more: { feed?: unknown; variables?: Record<string, string> } = {},
) {
  using directory = temporaryDirectory();
  const base = directory.path;
  for (const name of ['rootfs', 'feed', 'out']) mkdirSync(join(base, name));
  writeFileSync(join(base, 'rootfs/installed'), `${installed.join('\n')}\n`);
  if (more.feed !== undefined) writeFileSync(join(base, 'feed/packages.json'), JSON.stringify(more.feed));
  const repositories = [
    { id: 'main', index: 'InRelease', indexSha256: 'b'.repeat(64), signedBy: [key] },
    { id: 'baseos', index: 'repodata/repomd.xml', indexSha256: 'c'.repeat(64), signedBy: 'packages' as const },
  ];
  const records = [
    record('bash'),
    record('kernel', {
      type: 'rpm',
      repository: 'baseos',
      version: '5.14-1.el9',
      license: 'GPL-2.0',
      signedBy: packageKey,
    }),
    record('own', { type: 'dsc', version: '1.0', architecture: 'source' }),
  ];
  writeFileSync(join(base, 'lock'), formatLockFile(records, repositories));
  const context = taskContext({
    PN: 'image',
    IMAGE_FILE: 'x.iso',
    DISTRO: 'debian',
    TARGET_ARCH: 'x86_64',
    LOCK_FILE: join(base, 'lock'),
    ROOTFS_OUTPUT: join(base, 'rootfs'),
    FEED_DIR: join(base, 'feed'),
    ...more.variables,
  });
  const order = { ...context.order, outputs: [{ from: join(base, 'out'), to: join(base, 'out') }] };
  await run({ ...context, order });
  const read = (name: string) => readFileSync(join(base, 'out', name), 'utf8');
  return { text: read('x.iso.manifest'), json: JSON.parse(read('x.iso.manifest.json')) as Record<string, unknown> };
}

const bash = 'bash\t1:5.2-1\tamd64\t7164928\tGPL-3+';
const kernel = 'kernel\t5.14-1.el9\tamd64\t1000000\t';
const own = 'own\t1.0-r0\tall\t2048\t';
const ownFeed = [
  {
    ...{ package: 'own', version: '1.0-r0', architecture: 'all', file: 'own_1.0-r0_all.deb', recipe: 'own' },
    ...{ license: 'Apache-2.0', sha256: 'd'.repeat(64), output: 'e'.repeat(64) },
  },
];

test('each package has its origin, digests, signer, licence and size', async (t) => {
  const { json } = await manifest([own, kernel, bash], { feed: ownFeed });
  t.like(json, { image: 'x.iso', recipe: 'image', distro: 'debian', arch: 'x86_64' });
  t.deepEqual(json['packages'], [
    {
      ...{ name: 'bash', version: '1:5.2-1', architecture: 'amd64', installedSizeBytes: 7164928, license: 'GPL-3+' },
      ...{ origin: 'locked', repository: 'main', sha256: 'a'.repeat(64), signedBy: [key] },
    },
    {
      ...{ name: 'kernel', version: '5.14-1.el9', architecture: 'amd64', installedSizeBytes: 1000000 },
      ...{ license: 'GPL-2.0', origin: 'locked', repository: 'baseos', sha256: 'a'.repeat(64), signedBy: [packageKey] },
    },
    {
      ...{ name: 'own', version: '1.0-r0', architecture: 'all', installedSizeBytes: 2048, license: 'Apache-2.0' },
      ...{ origin: 'built', sha256: 'd'.repeat(64), signedBy: [], recipe: 'own', output: 'e'.repeat(64) },
    },
  ]);
});

test('the text has a line a package with the same', async (t) => {
  const { text } = await manifest([own, bash], { feed: ownFeed });
  const [title = '', names = '', ...lines] = text.trimEnd().split('\n');
  t.is(title, '# x.iso: 2 packages, 1 of them built, 7 MB installed');
  t.deepEqual(names.split(/ +/), [
    '#',
    'name',
    'version',
    'architecture',
    'origin',
    'bytes',
    'sha256',
    'output',
    'signed-by',
    'licences',
  ]);
  t.deepEqual(
    lines.map((line) => line.split(/ +/)),
    [
      ['bash', '1:5.2-1', 'amd64', 'locked:main', '7164928', 'a'.repeat(64), '-', key, 'GPL-3+'],
      ['own', '1.0-r0', 'all', 'built', '2048', 'd'.repeat(64), 'e'.repeat(64), '-', 'Apache-2.0'],
    ],
  );
});

test('the key of our own repositories and a root that stood in are told', async (t) => {
  const note = 'Debian 12 instead of CentOS';
  const feed = [{ ...ownFeed[0], buildRoot: note }];
  const { json, text } = await manifest([own], { feed, variables: { FEED_SIGNING_KEY: key.toLowerCase() } });
  t.like((json['packages'] as unknown[])[0], { signedBy: [key], buildRoot: note });
  t.regex(text, /^# built in a root that stands in: Debian 12 instead of CentOS$/m);
});

test('a package of ours goes before a locked one of the same version', async (t) => {
  const feed = [{ ...ownFeed[0], package: 'bash', version: '1:5.2-1', architecture: 'amd64' }];
  const { json } = await manifest([bash], { feed });
  t.like((json['packages'] as unknown[])[0], { name: 'bash', origin: 'built' });
});

test('a package that is neither locked nor built is an error', async (t) => {
  const error = await t.throwsAsync(manifest(['own\t1.0\tsource\t1\t'], {}), { instanceOf: StxError });
  t.is(error?.diagnostics[0]?.code, 'unknown-origin');
  t.is(error?.message, '`own` 1.0 (source) is in the image, but neither locked nor built [unknown-origin]');
});

test('a line that is none about a package is an error', async (t) => {
  for (const line of ['bash 5.2', 'bash\t5.2\tamd64\tmany\t', '\t1\tall\t1\t']) {
    const error = await t.throwsAsync(manifest([line]), { instanceOf: StxError });
    t.is(error?.diagnostics[0]?.code, 'missing-input');
  }
});
