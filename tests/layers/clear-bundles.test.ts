import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { projectRoot } from '../support/checkout.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const program = join(projectRoot, 'meta-clear/files/bundles.py');

test('bundles are told in the form of manifests: a head, then a line a file; os-core has what no bundle names', (t) => {
  using folder = temporaryDirectory();
  const root = join(folder.path, 'root');
  const output = join(folder.path, 'out');
  mkdirSync(join(root, 'usr/bin'), { recursive: true });
  mkdirSync(output);
  writeFileSync(join(root, 'usr/bin/bash'), 'bash');
  writeFileSync(join(root, 'usr/bin/sshd'), 'server');
  symlinkSync('bash', join(root, 'usr/bin/sh'));
  const files = [
    ...['filesystem\t/usr/bin', 'bash\t/usr/bin/bash', 'bash\t/usr/bin/sh', 'bash\t/usr/bin/left-out'],
    ...['openssh-server\t/usr/bin', 'openssh-server\t/usr/bin/sshd'],
  ];
  const words = [program, root, output, '43760', '1735689600', 'ssh=openssh-server,openssh'];
  execFileSync('python3', words, { input: `${files.join('\n')}\n` });
  t.deepEqual(readdirSync(output).sort(), ['Manifest.MoM', 'Manifest.os-core', 'Manifest.ssh']);
  const [head = '', body = ''] = readFileSync(join(output, 'Manifest.ssh'), 'utf8').split('\n\n');
  t.deepEqual(head.split('\n'), [
    ...['MANIFEST\t30', 'version:\t43760', 'previous:\t0', 'minversion:\t0', 'filecount:\t1'],
    ...['timestamp:\t1735689600', 'contentsize:\t6', 'includes:\tos-core'],
  ]);
  t.regex(body, /^F\.\.\.\t[0-9a-f]{64}\t43760\t\/usr\/bin\/sshd\n$/);
  const core = readFileSync(join(output, 'Manifest.os-core'), 'utf8');
  t.deepEqual(
    [...core.matchAll(/^([DFL])\.\.\.\t[0-9a-f]{64}\t43760\t(.*)$/gm)].map(([, kind, path]) => `${kind} ${path}`),
    ['D /usr/bin', 'F /usr/bin/bash', 'L /usr/bin/sh'],
  );
  t.regex(readFileSync(join(output, 'Manifest.MoM'), 'utf8'), /^M\.\.\.\t[0-9a-f]{64}\t43760\tssh$/m);
});
