import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { projectRoot } from '../support/checkout.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const program = join(projectRoot, 'meta-clear/files/bundles.py');

/** Files of packages as `PACKAGE TAB PATH TAB FLAGS`, in a root with what they are. */
const files = [
  ...['filesystem\t/usr/bin\t', 'bash\t/usr/bin/bash\t', 'bash\t/usr/bin/sh\tcn', 'bash\t/usr/bin/left-out\t'],
  ...['openssh-server\t/usr/bin\t', 'openssh-server\t/usr/bin/sshd\t', 'openssh-server\t/usr/bin/state\tcg'],
];

function makeRoot(folder: string): void {
  mkdirSync(join(folder, 'root/usr/bin'), { recursive: true });
  writeFileSync(join(folder, 'root/usr/bin/bash'), 'bash');
  writeFileSync(join(folder, 'root/usr/bin/sshd'), 'server');
  writeFileSync(join(folder, 'root/usr/bin/state'), 'made by the system, only claimed by a package');
  symlinkSync('bash', join(folder, 'root/usr/bin/sh'));
}

/** Describes the root in `folder`; gives the manifests by the names of their bundles. */
function bundles(folder: string, words: readonly string[]): ReadonlyMap<string, string> {
  const output = join(folder, 'out');
  mkdirSync(output, { recursive: true });
  const first = [program, join(folder, 'root'), output, '43760', '1735689600'];
  execFileSync('python3', [...first, ...words], { input: `${files.join('\n')}\n` });
  const named = readdirSync(output).map((name) => name.replace(/^Manifest\./, ''));
  return new Map(named.map((name) => [name, readFileSync(join(output, `Manifest.${name}`), 'utf8')]));
}

test('bundles are told in the form of manifests: a head, then a line a file; os-core has what no bundle names', (t) => {
  using folder = temporaryDirectory();
  makeRoot(folder.path);
  const found = bundles(folder.path, ['ssh=openssh-server,openssh']);
  t.deepEqual([...found.keys()].sort(), ['MoM', 'os-core', 'ssh']);
  const [head = '', body = ''] = found.get('ssh')?.split('\n\n') ?? [];
  t.deepEqual(head.split('\n'), [
    ...['MANIFEST\t30', 'version:\t43760', 'previous:\t0', 'minversion:\t0', 'filecount:\t1'],
    ...['timestamp:\t1735689600', 'contentsize:\t6', 'includes:\tos-core'],
  ]);
  t.regex(body, /^F\.\.\.\t[0-9a-f]{64}\t43760\t\/usr\/bin\/sshd\n$/);
  t.deepEqual(
    [...(found.get('os-core') ?? '').matchAll(/^([DFL])\.\.\.\t[0-9a-f]{64}\t43760\t(.*)$/gm)].map(
      ([, kind, path]) => `${kind} ${path}`,
    ),
    ['D /usr/bin', 'F /usr/bin/bash', 'L /usr/bin/sh'],
  );
});

test('the manifest of all bundles names each with the hash of its manifest', (t) => {
  using folder = temporaryDirectory();
  makeRoot(folder.path);
  const found = bundles(folder.path, ['ssh=openssh-server']);
  const [, lines = ''] = found.get('MoM')?.split('\n\n') ?? [];
  t.deepEqual(
    lines.trim().split('\n'),
    ['os-core', 'ssh'].map((name) => {
      const digest = createHash('sha256').update(found.get(name) ?? '');
      return `M...\t${digest.digest('hex')}\t43760\t${name}`;
    }),
  );
});

test('a file that has other contents or another mode has another hash', (t) => {
  using folder = temporaryDirectory();
  makeRoot(folder.path);
  const path = join(folder.path, 'root/usr/bin/sshd');
  const hash = () => /^F\.\.\.\t(\w{64})/m.exec(bundles(folder.path, ['ssh=openssh-server']).get('ssh') ?? '')?.[1];
  const first = hash();
  chmodSync(path, 0o755);
  const second = hash();
  writeFileSync(path, 'Server');
  const third = hash();
  t.is(new Set([first, second, third]).size, 3);
  t.is(hash(), third);
});

test('a bundle takes all that a feed has; a bundle without packages is left out', (t) => {
  using folder = temporaryDirectory();
  makeRoot(folder.path);
  const list = join(folder.path, 'packages.json');
  writeFileSync(list, JSON.stringify([{ package: 'openssh-server' }, { package: 'not-installed' }]));
  const paths = (text: string | undefined) => [...(text ?? '').matchAll(/\t(\/.*)$/gm)].map(([, path]) => path);
  const found = bundles(folder.path, [`ours=@${list}`, `none=@${list}.absent`, 'kernel=not-installed']);
  t.deepEqual([...found.keys()].sort(), ['MoM', 'os-core', 'ours']);
  t.deepEqual(paths(found.get('ours')), ['/usr/bin/sshd']);
  t.deepEqual(paths(found.get('os-core')), ['/usr/bin', '/usr/bin/bash', '/usr/bin/sh']);
});
