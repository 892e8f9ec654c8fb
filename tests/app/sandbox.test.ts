import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { httpFixture } from '../support/http-fixture.ts';
import { TestProject, toyLayer } from '../support/test-project.ts';

/** A root that borrows the programs of the host but has an /etc of its own. */
function makeRoot(project: TestProject): void {
  const root = join(project.path, 'root');
  mkdirSync(join(root, 'usr'), { recursive: true });
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(root, name));
  project.write('root/etc/passwd', 'root:x:0:0:of the build root:/:/bin/sh\n');
}

/** Tries everything that a task may not reach; the names of what it did reach become its result. */
async function reachedBy(settings: string): Promise<{ readonly output: string; readonly names: readonly string[] }> {
  await using server = await httpFixture();
  await using project = new TestProject(toyLayer);
  makeRoot(project);
  for (const name of ['declared', 'undeclared']) project.write(`meta-toy/recipes/app/files/${name}`, `${name}\n`);
  const hostUsers = createHash('sha256').update(readFileSync('/etc/passwd')).digest('hex');
  // Split by quotes, so that the engine does not take it for a path of the project and rewrites it.
  const otherWork = `${project.path.slice(0, -3)}''${project.path.slice(-3)}/build/tmp/work/lib/result`;
  const port = new URL(server.url).port;
  const attempts = {
    network: `(exec 5<>/dev/tcp/127.0.0.1/${port})`,
    "the host's users": `[ "$(sha256sum < /etc/passwd)" = "${hostUsers}  -" ]`,
    'a home': `[ -e ${homedir()} ]`,
    "another recipe's work": '[ -e ${TMPDIR}/work/lib/result ]',
    "another recipe's work by its host path": `[ -e ${otherWork} ]`,
    'an undeclared file': '[ -e ${FILE_DIRNAME}/files/undeclared ]',
    'a declared file': '[ -e ${FILE_DIRNAME}/files/declared ]',
    'a process outside': `kill -0 ${process.pid}`,
  };
  const lines = Object.entries(attempts).map(
    ([name, attempt]) => `    if ${attempt}; then echo "${name}" >> result; fi\n`,
  );
  const flags = 'do_compile[sandbox-ro] = "/usr ${FILE_DIRNAME}/files/declared"\n';
  const recipe = `DEPENDS = "lib"\n${settings}${flags}do_compile() {\n    : > result\n${lines.join('')}}\n`;
  project.write('meta-toy/recipes/app/app_1.0.bb', `${recipe}do_stage[sandbox-ro] = "/usr"\n`);
  const { status, output } = await project.run(['app']);
  return { output, names: status === 0 ? project.read('build/tmp/out/app/result').trim().split('\n') : [] };
}

test('a task in its sandbox reaches what it declares, and no network, user list, home, other work, file or process', async (t) => {
  const { names, output } = await reachedBy('SANDBOX_ROOT = "${TOPDIR}/../root"\n');
  t.deepEqual(names, ['a declared file'], output);
});

test('without a sandbox, with network, a task reaches all but the process, so that the attempts are sound', async (t) => {
  const { names, output } = await reachedBy('do_compile[network] = "1"\n');
  // Its process numbers are its own in both cases.
  t.deepEqual(
    names.filter((name) => name !== 'a process outside'),
    [
      'network',
      "the host's users",
      'a home',
      "another recipe's work",
      "another recipe's work by its host path",
      'an undeclared file',
      'a declared file',
    ],
    output,
  );
});
