import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const launcher = join(import.meta.dirname, '../../stx-bake');
const tools = ['sh', 'env', 'dirname', 'readlink', 'rm', 'touch', 'flock', 'mkdir', 'printf'];

/** A checkout with the launcher alone, and a PATH with a few tools; `fake` names scripts to add. */
function checkout(path: string, fake: Readonly<Record<string, string>> = {}) {
  const bin = join(path, 'bin');
  const own = join(path, 'checkout');
  mkdirSync(bin);
  mkdirSync(join(own, 'node_modules/.bin'), { recursive: true });
  copyFileSync(launcher, join(own, 'stx-bake'));
  writeFileSync(join(own, 'package-lock.json'), '{}');
  for (const tool of tools) {
    const found = ['/usr/bin', '/bin'].map((folder) => join(folder, tool)).find((each) => existsSync(each));
    if (found !== undefined) symlinkSync(found, join(bin, tool));
  }
  for (const [name, text] of Object.entries(fake)) script(join(bin, name), text);
  const run = (wrapper: readonly string[] = []) => {
    const [command = '', ...args] = [...wrapper, '/bin/sh', join(own, 'stx-bake'), 'a-target'];
    const end = spawnSync(command, args, { encoding: 'utf8', env: { PATH: bin }, cwd: path });
    return { status: end.status, output: `${end.stdout}${end.stderr}` };
  };
  return { own, run };
}

function script(path: string, text: string): void {
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
}

/** Packages as npm leaves them, with a Node that says what it was started with. */
function install(own: string): void {
  script(join(own, 'node_modules/.bin/node'), 'echo "node: $*"');
  writeFileSync(join(own, 'node_modules/.package-lock.json'), '{}');
}

/** An npm that notes its arguments and installs. */
const npm = `echo "$*" >> ../npm-calls
printf '#!/bin/sh\\necho "node: $*"\\n' > node_modules/.bin/node && /bin/chmod 755 node_modules/.bin/node
echo '{}' > node_modules/.package-lock.json`;

test('without npm the launcher says which packages to install', (t) => {
  using directory = temporaryDirectory();
  const { status, output } = checkout(directory.path).run();
  t.is(status, 3, output);
  t.regex(output, /^stx-bake: error: npm is missing; install Node\.js .*\n$/);
});

test('packages older than package-lock.json are installed once, then the program starts', (t) => {
  using directory = temporaryDirectory();
  const { own, run } = checkout(directory.path, { npm });
  install(own);
  t.regex(run().output, /^node: .*\/engine\/app\/start\.mjs a-target\n$/, 'nothing to install');
  const installed = join(own, 'node_modules/.package-lock.json');
  utimesSync(installed, 1, 1);
  const first = run();
  t.is(first.status, 0, first.output);
  t.regex(first.output, /node: .*\/engine\/app\/start\.mjs a-target\n/);
  t.is(run().status, 0);
  t.regex(readFileSync(join(directory.path, 'npm-calls'), 'utf8'), /^ci( --\S+)*\n$/);
  t.false(existsSync(join(own, '.npm-ci.lock')));
});

test('an npm that fails is named, and the exit code is that of a machine that lacks something', (t) => {
  using directory = temporaryDirectory();
  const { own, run } = checkout(directory.path, { npm: 'echo "npm error network" >&2; exit 1' });
  const { status, output } = run();
  t.is(status, 3, output);
  t.regex(output, /npm error network\n(.*\n)*stx-bake: error: npm ci failed in /);
  t.true(output.includes(own));
});

test('a checkout that cannot be written gives one clear error instead of one of the shell', (t) => {
  using directory = temporaryDirectory();
  const { own, run } = checkout(directory.path, { npm });
  chmodSync(own, 0o555);
  const { status, output } = run(['/usr/bin/unshare', '--user', '--map-user=54321']);
  chmodSync(own, 0o755);
  t.is(status, 3, output);
  t.regex(output, /^stx-bake: error: npm packages are missing or older .* cannot be written\n {2}help: .*\n$/);
  t.false(existsSync(join(directory.path, 'npm-calls')));
});
