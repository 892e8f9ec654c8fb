import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { StxError } from '../../../engine/base/stx-error.ts';
import { run } from '../../../engine/tasks/oci/oci-layout.ts';
import { readTarIndex } from '../../../engine/tasks/oci/tar-index.ts';
import { taskContext } from '../../support/task-context.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const settings = {
  ...{ PN: 'stx-container-x', PV: '1.0', SUMMARY: 'A service', LICENSE: 'MIT', IMAGE_NAME: 'stx-x' },
  ...{ IMAGE_FILE: 'stx-x.oci.tar', SOURCE_DATE_EPOCH: '1735689600', CONTAINER_ARCH: 'amd64', CONTAINER_TAG: '1.0' },
  CONTAINER_ENV: 'PATH=/usr/bin:/bin',
};

/** A root packed as class image-container packs it: `files` are made by a shell script in an empty folder. */
function root(directory: string, name: string, script: string): string {
  const folder = join(directory, name);
  mkdirSync(folder);
  execFileSync('bash', [
    '-ec',
    `umask 022; cd "$1"; ${script}; find . -exec touch -h -d @1700000000 {} +`,
    'x',
    folder,
  ]);
  const tar = join(directory, `${name}.tar`);
  const format = ['--format=pax', '--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime'];
  const words = ['--sort=name', ...format, '--owner=0', '--group=0', '--numeric-owner', '-C', folder];
  execFileSync('tar', ['-cf', tar, ...words, ...readdirSync(folder).sort()]);
  return tar;
}

async function layout(directory: string, name: string, layers: readonly string[], more = {}): Promise<string> {
  const output = join(directory, name);
  mkdirSync(output, { recursive: true });
  const context = taskContext({ ...settings, CONTAINER_LAYERS: layers.join(' '), ...more });
  await run({ ...context, order: { ...context.order, outputs: [{ from: output, to: output }] } });
  return output;
}

interface Manifest {
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string }[];
}

function blob<T>(folder: string, digest: string): T {
  return JSON.parse(readFileSync(join(folder, 'blobs', digest.replace(':', '/')), 'utf8')) as T;
}

function manifestOf(output: string): Manifest {
  const index = JSON.parse(readFileSync(join(output, 'stx-x/index.json'), 'utf8')) as {
    manifests: readonly { readonly digest: string }[];
  };
  return blob(join(output, 'stx-x'), index.manifests[0]?.digest ?? '');
}

function membersOf(output: string, layer: number): readonly string[] {
  const digest = manifestOf(output).layers[layer]?.digest ?? '';
  const file = join(output, 'stx-x/blobs', digest.replace(':', '/'));
  return execFileSync('tar', ['-tzf', file], { encoding: 'utf8' }).trim().split('\n');
}

const base =
  'mkdir -p bin etc/old/deep var; echo sh > bin/sh; ln bin/sh bin/dash; ln -s sh bin/link; echo a > etc/a; echo b > etc/old/deep/b; echo c > etc/c';

test('a second layer holds what is new or changed, marks for what is gone, and nothing else', async (t) => {
  await using directory = await temporaryDirectory();
  const lower = root(directory.path, 'lower', base);
  const long = `usr/${'long-name-'.repeat(14)}/x`;
  const upper = root(
    directory.path,
    'upper',
    `${base}; rm -r etc/old etc/c; echo A > etc/a; mkdir -p "$(dirname ${long})"; echo x > ${long}; rm bin/link; mkdir bin/link; chmod 755 var`,
  );
  const output = await layout(directory.path, 'out', [lower, upper]);
  t.deepEqual(membersOf(output, 1), [
    ...['etc/.wh.c', 'etc/.wh.old', 'bin/link/', 'etc/a', 'usr/', `${long.slice(0, -2)}/`, long],
  ]);
  t.is(membersOf(output, 0).length, 11);
});

test('both names of a file come along when one has changed', async (t) => {
  await using directory = await temporaryDirectory();
  const lower = root(directory.path, 'lower', base);
  const upper = root(directory.path, 'upper', `${base}; echo new > bin/sh`);
  t.deepEqual(membersOf(await layout(directory.path, 'out', [lower, upper]), 1), ['bin/dash', 'bin/sh']);
});

test('a path of any length can be gone', async (t) => {
  await using directory = await temporaryDirectory();
  const long = `opt/${'d'.repeat(120)}/${'f'.repeat(120)}`;
  const lower = root(directory.path, 'lower', `${base}; mkdir -p ${long.slice(0, 124)}; echo 1 > ${long}`);
  const upper = root(directory.path, 'upper', `${base}; mkdir -p ${long.slice(0, 124)}`);
  const output = await layout(directory.path, 'out', [lower, upper]);
  t.deepEqual(membersOf(output, 1), [`opt/${'d'.repeat(120)}/.wh.${'f'.repeat(120)}`]);
});

test('folder and file have the architecture before their names, as every image has', async (t) => {
  using directory = temporaryDirectory();
  const tar = root(directory.path, 'one', 'echo x > a');
  const output = await layout(directory.path, 'out', [tar], {
    IMAGE_FILE: 'aarch64-stx-x.oci.tar',
    CONTAINER_ARCH: 'arm64',
  });
  t.deepEqual(readdirSync(output).sort(), ['aarch64-stx-x', 'aarch64-stx-x.oci.tar']);
});

test('images over one base share its layer, and the same inputs give the same bytes', async (t) => {
  await using directory = await temporaryDirectory();
  const lower = root(directory.path, 'lower', base);
  const one = root(directory.path, 'one', `${base}; echo 1 > one`);
  const two = root(directory.path, 'two', `${base}; echo 2 > two`);
  const first = await layout(directory.path, 'first', [lower, one]);
  const second = await layout(directory.path, 'second', [lower, two]);
  const alone = await layout(directory.path, 'alone', [lower]);
  const digests = [first, second, alone].map((each) => manifestOf(each).layers[0]?.digest);
  t.is(new Set(digests).size, 1);
  t.not(manifestOf(first).layers[1]?.digest, manifestOf(second).layers[1]?.digest);
  const again = await layout(directory.path, 'again', [lower, one]);
  const sum = (output: string) =>
    createHash('sha256')
      .update(readFileSync(join(output, 'stx-x.oci.tar')))
      .digest('hex');
  t.is(sum(again), sum(first));
  const { rootfs } = blob<{ rootfs: { diff_ids: readonly string[] } }>(
    join(alone, 'stx-x'),
    manifestOf(alone).config.digest,
  );
  t.deepEqual(rootfs.diff_ids, [`sha256:${createHash('sha256').update(readFileSync(lower)).digest('hex')}`]);
});

test('other tools read the image: skopeo copies it, umoci unpacks the root that it was made from', async (t) => {
  await using directory = await temporaryDirectory();
  const lower = root(directory.path, 'lower', base);
  const upper = root(directory.path, 'upper', `${base}; rm -r etc/old; echo A > etc/a; echo new > bin/dash`);
  const output = await layout(directory.path, 'out', [lower, upper], {
    CONTAINER_ENTRYPOINT: '["/bin/sh", "-c", "echo a b"]',
    ...{ CONTAINER_CMD: '-v x', CONTAINER_USER: '1000', CONTAINER_WORKDIR: '/var', CONTAINER_PORTS: '80 53/udp' },
    ...{ CONTAINER_LABELS: 'a.b=c', CONTAINER_STOP_SIGNAL: 'SIGINT', CONTAINER_BASE: 'stx-container-base' },
  });
  const inspected = JSON.parse(
    execFileSync('skopeo', ['inspect', '--config', `oci:${output}/stx-x:1.0`], { encoding: 'utf8' }),
  ) as Record<string, unknown>;
  t.is(inspected['created'], '2025-01-01T00:00:00Z');
  t.is(inspected['architecture'], 'amd64');
  t.deepEqual(inspected['config'], {
    User: '1000',
    ExposedPorts: { '80/tcp': {}, '53/udp': {} },
    Env: ['PATH=/usr/bin:/bin'],
    Entrypoint: ['/bin/sh', '-c', 'echo a b'],
    Cmd: ['-v', 'x'],
    WorkingDir: '/var',
    Labels: {
      'a.b': 'c',
      'org.opencontainers.image.created': '2025-01-01T00:00:00Z',
      'org.opencontainers.image.description': 'A service',
      'org.opencontainers.image.licenses': 'MIT',
      'org.opencontainers.image.title': 'stx-x',
      'org.opencontainers.image.version': '1.0',
    },
    StopSignal: 'SIGINT',
  });
  const policy = ['--insecure-policy', '--tmpdir', directory.path];
  execFileSync('skopeo', [
    ...policy,
    'copy',
    '-q',
    `oci-archive:${output}/stx-x.oci.tar`,
    `oci:${directory.path}/copy:x`,
  ]);
  const bundle = join(directory.path, 'bundle');
  execFileSync('umoci', ['unpack', '--rootless', '--image', `${directory.path}/copy:x`, bundle], { stdio: 'pipe' });
  const listed = (folder: string) =>
    execFileSync('find', ['.', '-mindepth', '1', '-printf', '%p %y %m %l %n\\n'], { cwd: folder, encoding: 'utf8' })
      .split('\n')
      .sort();
  t.deepEqual(listed(join(bundle, 'rootfs')), listed(join(directory.path, 'upper')));
  t.is(readFileSync(join(bundle, 'rootfs/bin/sh'), 'utf8'), 'new\n');
});

for (const [variable, value, said] of [
  ['CONTAINER_ENTRYPOINT', '["/bin/sh"', /`CONTAINER_ENTRYPOINT` cannot be `\["\/bin\/sh"`.*\[invalid-value\]/],
  ['CONTAINER_ENTRYPOINT', '[1]', /`CONTAINER_ENTRYPOINT` cannot be `\[1\]`/],
  ['CONTAINER_ENV', 'A=1 B', /`CONTAINER_ENV` cannot be `B`/],
  ['CONTAINER_LABELS', 'x', /`CONTAINER_LABELS` cannot be `x`/],
  ['CONTAINER_PORTS', 'http', /`CONTAINER_PORTS` cannot be `http`/],
  ['CONTAINER_ARCH', '', /`CONTAINER_ARCH` is not set/],
] as const)
  test(`${variable} = "${value}" is refused`, async (t) => {
    await using directory = await temporaryDirectory();
    const lower = root(directory.path, 'lower', 'echo 1 > a');
    await t.throwsAsync(layout(directory.path, 'out', [lower], { [variable]: value }), {
      instanceOf: StxError,
      message: said,
    });
  });

test('what is no tar file, or ends early, is told', async (t) => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'x.tar');
  writeFileSync(path, 'not a tar file'.repeat(100));
  await t.throwsAsync(readTarIndex(path), {
    message: /`.*x.tar` is no tar file, or is damaged at byte 0 \[corrupt-archive\]/,
  });
  const whole = readFileSync(root(directory.path, 'whole', 'echo 1 > a; echo 2 > b'));
  writeFileSync(path, whole.subarray(0, 1024));
  await t.throwsAsync(readTarIndex(path), { message: /damaged at byte 1024/ });
  await t.throwsAsync(layout(directory.path, 'out', [join(directory.path, 'none.tar')]), { message: /none.tar/ });
});
