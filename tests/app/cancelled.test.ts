import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { leftAfter } from '../support/after-kill.ts';
import { type RunningCall, TestProject, toyLayer } from '../support/test-project.ts';

const recipe = 'meta-toy/recipes/lib/lib_1.0.bb';

/** Tasks that do not want to end, in all languages. */
const stubborn: Readonly<Record<string, string>> = {
  'a shell task that ignores every polite signal': [
    'do_compile() {',
    '    trap "" TERM INT HUP',
    '    echo under way > ${WORKDIR}/mark',
    '    while :; do sleep 1; done',
    '}',
  ].join('\n'),
  'a shell task with children in sessions of their own': [
    'do_compile() {',
    '    trap "" TERM',
    '    (trap "" TERM; setsid sh -c \'trap "" TERM; while :; do sleep 1; done\') &',
    '    (setsid nohup sleep 1001 > /dev/null 2>&1 &)',
    '    echo under way > ${WORKDIR}/mark',
    '    while :; do sleep 1; done',
    '}',
  ].join('\n'),
  'a task in its sandbox that ignores every polite signal': [
    'SANDBOX_ROOT = "${TOPDIR}/../root"',
    'do_compile[sandbox-ro] = "/usr"',
    'do_compile() {',
    '    trap "" TERM INT HUP',
    '    (setsid sh -c \'trap "" TERM; while :; do sleep 1; done\') &',
    '    echo under way > ${WORKDIR}/mark',
    '    while :; do sleep 1; done',
    '}',
  ].join('\n'),
  'a Python task that ignores signals': [
    'python do_compile() {',
    '    import signal, subprocess, time',
    '    signal.signal(signal.SIGTERM, signal.SIG_IGN)',
    '    child = subprocess.Popen(["sh", "-c", "trap \'\' TERM; sleep 1002"])',
    '    with open(d.getVar("WORKDIR") + "/mark", "w") as f:',
    '        f.write("under way")',
    '    while True:',
    '        time.sleep(1)',
    '}',
  ].join('\n'),
};

async function underWay(body: string): Promise<{ project: TestProject; call: RunningCall }> {
  const project = new TestProject({ ...toyLayer, [recipe]: `${body}\n` });
  const root = join(project.path, 'root');
  mkdirSync(join(root, 'usr'), { recursive: true });
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(root, name));
  const call = project.start(['lib'], { STX_TEST_PROJECT: project.path });
  await call.seen('start  lib:do_compile');
  for (;;) {
    try {
      project.read('build/tmp/work/lib/mark');
      return { project, call };
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

for (const [what, body] of Object.entries(stubborn)) {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test.serial(`${signal} ends ${what} within two seconds, and nothing of it is left`, async (t) => {
      const { project, call } = await underWay(body);
      await using _ = project;
      const startMs = performance.now();
      if (signal === 'SIGINT') call.pressCtrlC();
      else call.child.kill(signal);
      const run = await call.done;
      const tookMs = performance.now() - startMs;
      t.is(run.status, 130, run.output);
      t.true(tookMs < 2000, `${tookMs} ms`);
      t.deepEqual(await leftAfter(project, 200), []);
      t.true(run.output.includes('stopped lib:do_compile'), run.output);
    });
  }
}

test.serial('a second Ctrl-C ends the build at once, and nothing is left', async (t) => {
  const { project, call } = await underWay(stubborn['a shell task that ignores every polite signal'] ?? '');
  await using _ = project;
  call.pressCtrlC();
  await call.seen('once more to end at once');
  const startMs = performance.now();
  call.pressCtrlC();
  const run = await call.done;
  t.true(performance.now() - startMs < 500, `${performance.now() - startMs} ms`);
  t.is(run.status, 130);
  t.deepEqual(await leftAfter(project, 1000), []);
});
