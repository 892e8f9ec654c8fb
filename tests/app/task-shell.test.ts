import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { leftAfter } from '../support/after-kill.ts';
import { TestProject, toyLayer } from '../support/test-project.ts';

const program = fileURLToPath(new URL('../../engine/app/main.ts', import.meta.url));

const broken = [
  'SANDBOX_ROOT = "${TOPDIR}/../root"',
  'export NAME = "a name"',
  'do_compile() {',
  '    echo began > made',
  '    ls /nowhere',
  '}',
  'do_compile[umask] = "027"',
  'do_compile[sandbox-ro] = "/usr"',
  'addtask devshell after do_patch',
  'do_devshell() {',
  '    echo the task itself ran',
  '}',
  'do_devshell[nostamp] = "1"',
  'do_devshell[sandbox-ro] = "/usr"',
  '',
].join('\n');

/** A recipe whose task fails in a sandbox over the programs of the host. */
function brokenProject(): TestProject {
  const project = new TestProject({ ...toyLayer, 'meta-toy/recipes/lib/lib_1.0.bb': broken });
  const root = join(project.path, 'root');
  mkdirSync(join(root, 'usr'), { recursive: true });
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(root, name));
  project.write('root/etc/passwd', 'root:x:0:0:of the build root:/:/bin/sh\n');
  return project;
}

test('a failed task keeps its work, names the shell of its sandbox, and that sees what the task saw', async (t) => {
  await using project = brokenProject();
  const failed = await project.run(['lib']);
  t.is(failed.status, 1);
  t.true(failed.output.includes('command: ls /nowhere'), failed.output);
  t.true(failed.output.includes(`shell lib:compile`), failed.output);
  const inside = async (...command: readonly string[]) => {
    const { stdout, output } = await project.run(['shell', 'lib:compile', '--', ...command]);
    return stdout === '' ? output : stdout;
  };
  t.is(await inside('pwd'), '/stx/tmp/work/lib\n');
  t.is(await inside('cat', 'made'), 'began\n');
  t.is(await inside('sh', '-c', 'echo "$NAME"; umask; grep -c . /etc/passwd'), 'a name\n0027\n1\n');
  t.is(
    await inside('sh', '-c', 'grep -A1 began /stx/task/shell.do_compile'),
    '    echo began > made\n    ls /nowhere\n',
  );
  t.is((await project.run(['shell', 'lib:compile', '--', 'sh', '-c', 'exit 7'])).status, 7);
  t.deepEqual((await project.run(['lib'])).ran, ['lib:do_compile'], 'nothing was built by looking');
});

test('the shell of a task works on a terminal, with job control and its script at hand', async (t) => {
  await using project = brokenProject();
  await project.run(['lib']);
  const call = `'${process.execPath}' '${program}' --build-dir '${join(project.path, 'build')}' shell lib:compile`;
  const child = spawn('script', ['-qec', call, '/dev/null'], {
    cwd: project.path,
    env: { PATH: process.env['PATH'] ?? '', TERM: 'dumb', SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  const seen = async (text: string) => {
    while (!said.includes(text)) await new Promise((resolve) => child.stdout.once('data', resolve));
  };
  await seen('lib:do_compile /stx/tmp/work/lib # ');
  child.stdin.write('sleep 100 & jobs; echo $((6 * 7)); kill %1; exit 5\n');
  await seen('42');
  const status = await new Promise((resolve) => child.once('close', resolve));
  t.is(status, 5, said);
  t.true(said.includes('its script is /stx/task/shell.do_compile'), said);
  t.regex(said, /\[1\]\+? +Running +sleep 100/);
  t.notRegex(said, /no job control|cannot set terminal/);
  t.deepEqual(await leftAfter(project, 1000), []);
});

test('-c devshell builds what the task needs, and enters its sandbox instead of running it', async (t) => {
  await using project = brokenProject();
  const { output } = await project.run(['-c', 'devshell', 'lib']);
  t.true(output.includes('start  lib:do_patch'), output);
  t.false(output.includes('the task itself ran'), output);
  t.true(output.includes('this is where lib:do_devshell runs'), output);
});

test('a task that was never there, several tasks, and one that is not there are refused', async (t) => {
  await using project = brokenProject();
  const text = async (...words: readonly string[]) => (await project.run(['shell', ...words])).stderr;
  t.regex(await text('lib:compile'), /`lib:compile` has no work directory: it never ran here, or was cleaned/);
  t.regex(await text('lib:compiel'), /has no task `do_compiel`/);
  t.regex(await text('app:compile-'), /`app:compile-` is not one task/);
});

test('the shell of a task without sandbox has the network that the task has: none, without the flag', async (t) => {
  const seen = 'do_compile() {\n    cat /proc/net/dev > result\n    exit 3\n}\n';
  for (const [flag, more] of [
    ['', false],
    ['do_compile[network] = "1"\n', true],
  ] as const) {
    await using project = new TestProject({ ...toyLayer, 'meta-toy/recipes/lib/lib_1.0.bb': `${flag}${seen}` });
    t.is((await project.run(['lib'])).status, 1);
    const shown = await project.run(['shell', 'lib:compile', '--', 'cat', '/proc/net/dev']);
    const names = (text: string): readonly string[] =>
      [...text.matchAll(/^\s*([^\s:]+):/gm)].map(([, name]) => name ?? '');
    t.deepEqual(names(shown.stdout), names(project.read('build/tmp/work/lib/result')));
    t.is(names(shown.stdout).length > 1, more);
  }
});
