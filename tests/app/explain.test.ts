import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { TestProject, toyLayer } from '../support/test-project.ts';

interface Cause {
  readonly kind: string;
  readonly name: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly about: string | null;
  readonly place: { readonly file: string; readonly line?: number } | null;
  readonly namedAt: { readonly file: string; readonly line?: number } | null;
  readonly direct: readonly string[];
  readonly dirties: number;
}

interface Why {
  readonly tasks: { readonly run: number; readonly restore: number; readonly open: number };
  readonly causes: readonly Cause[];
}

async function why(project: TestProject, ...args: readonly string[]): Promise<Why> {
  const run = await project.run(['why', '--json', ...args]);
  if (run.status !== 0) throw new Error(run.output);
  return JSON.parse(run.stdout) as Why;
}

async function built(): Promise<TestProject> {
  const project = new TestProject(toyLayer);
  const run = await project.run(['app']);
  if (run.status !== 0) throw new Error(run.output);
  return project;
}

const recipe = (name: string): string => `meta-toy/recipes/${name}/${name}_1.0.bb`;

test('`why` names the first cause with its place and what it dirties, not what follows from it', async (t) => {
  await using project = await built();
  t.is((await project.run(['why', 'app'])).output, 'nothing would run: all is up to date\n');
  project.edit(recipe('lib'), 'COLOUR = "red"', 'COLOUR = "blue"');
  const run = await project.run(['why', 'app']);
  t.is(
    run.output,
    [
      '2 tasks would run, 2 tasks may run, because of 1 cause:',
      '',
      '1. `COLOUR` of lib changed  (meta-toy/recipes/lib/lib_1.0.bb:4)',
      '   "red" -> "blue"',
      '   dirties 4 tasks: lib:do_compile and 3 that depend on it',
      '',
    ].join('\n'),
  );
  const { tasks, causes } = await why(project, 'app');
  t.deepEqual(tasks, { run: 2, restore: 0, open: 2 });
  t.is(causes.length, 1);
  t.like(causes[0], {
    kind: 'variable',
    name: 'COLOUR',
    from: 'red',
    to: 'blue',
    about: 'lib',
    direct: ['lib:do_compile'],
  });
});

test('`why` tells several causes apart: a function, a source, a dependency, a configuration file', async (t) => {
  await using project = await built();
  project.edit(recipe('app'), 'cat app.txt', 'cat -u app.txt');
  project.edit(recipe('app'), 'DEPENDS = "lib"', 'DEPENDS = ""');
  project.edit('meta-toy/recipes/app/files/app.txt', 'the app', 'the other app');
  project.edit('build/conf/local.conf', 'hello', 'good day');
  const { causes } = await why(project, 'app');
  const found = new Map(causes.map((cause) => [`${cause.kind} ${cause.name ?? ''}`.trim(), cause]));
  t.deepEqual([...found.keys()].sort(), [
    'dependencies',
    'file file://app.txt',
    'variable GREETING',
    'variable do_compile',
  ]);
  t.deepEqual(found.get('variable GREETING')?.place, { file: join(project.path, 'build/conf/local.conf'), line: 1 });
  t.deepEqual(found.get('variable do_compile')?.place, { file: join(project.path, recipe('app')), line: 3 });
  t.deepEqual(found.get('dependencies')?.place, { file: join(project.path, recipe('app')), line: 1 });
  t.deepEqual(found.get('file file://app.txt')?.place, {
    file: join(project.path, 'meta-toy/recipes/app/files/app.txt'),
  });
  t.deepEqual(found.get('file file://app.txt')?.namedAt, { file: join(project.path, recipe('app')), line: 2 });
  t.deepEqual(found.get('file file://app.txt')?.direct, ['app:do_fetch', 'app:do_unpack', 'app:do_patch']);
  t.is(found.get('variable GREETING')?.dirties, 2);
});

test('`why` of one task leaves out what does not concern it', async (t) => {
  await using project = await built();
  project.edit(recipe('lib'), 'COLOUR = "red"', 'COLOUR = "blue"');
  project.edit('build/conf/local.conf', 'hello', 'good day');
  const { causes } = await why(project, 'lib:compile');
  t.deepEqual(
    causes.map(({ name }) => name),
    ['COLOUR'],
  );
  t.is((await project.run(['why', 'app:fetch'])).output, 'nothing would run: all is up to date\n');
});

test('`why` says that a result is gone, that a task is forced or runs always, and what was never built', async (t) => {
  await using project = await built();
  const { rmSync } = await import('node:fs');
  rmSync(join(project.path, 'build/tmp/out/lib'), { recursive: true });
  const gone = await why(project, 'lib');
  t.like(gone.causes[0], { kind: 'gone', path: join(project.path, 'build/tmp/out/lib') });
  project.edit(recipe('app'), 'DEPENDS = "lib"', 'DEPENDS = "lib"\ndo_compile[nostamp] = "1"');
  const always = await why(project, 'app:compile');
  t.like(always.causes[0], { kind: 'nostamp', place: { file: join(project.path, recipe('app')), line: 2 } });
  project.write(recipe('new'), 'do_compile() {\n    echo new > result\n}\n');
  const fresh = await why(project, 'new');
  t.deepEqual(
    fresh.causes.map(({ kind }) => kind),
    ['never-built'],
  );
});

test('`why --since` compares with what an older build had made', async (t) => {
  await using project = await built();
  project.edit(recipe('lib'), 'COLOUR = "red"', 'COLOUR = "blue"');
  t.is((await project.run(['app'])).status, 0);
  t.deepEqual((await why(project, 'app')).causes, []);
  t.deepEqual(
    (await why(project, 'app', '--since', '1')).causes.map(({ name }) => name),
    ['COLOUR'],
  );
  t.is((await project.run(['why', 'app', '--since', '2'])).output, 'nothing has changed since build 2\n');
  const wrong = await project.run(['why', 'app', '--since', '7']);
  t.is(wrong.status, 2);
  t.is(
    wrong.stderr,
    [
      'stx-bake: error: there is no build `7` in the history [unknown-build]',
      '   help: the newest: 2, 1; `stx-bake history` lists them',
      '',
    ].join('\n'),
  );
});

test('`why` follows a dependency that was made anew in an earlier build down to its own cause', async (t) => {
  await using project = await built();
  project.edit(recipe('lib'), 'COLOUR = "red"', 'COLOUR = "blue"');
  t.is((await project.run(['lib'])).status, 0);
  const { causes } = await why(project, 'app');
  t.deepEqual(
    causes.map(({ name, direct, dirties }) => [name, direct, dirties]),
    [['COLOUR', ['lib:do_compile'], 2]],
  );
});

test('a task that was never done here is compared with the stored result that comes nearest', async (t) => {
  await using project = await built();
  const { rmSync } = await import('node:fs');
  for (const name of ['tmp', 'history', 'cache']) rmSync(join(project.path, 'build', name), { recursive: true });
  project.edit(recipe('lib'), 'COLOUR = "red"', 'COLOUR = "blue"');
  const run = await project.run(['why', 'app']);
  t.is(
    run.output,
    [
      'never built here; compared with the stored results that come nearest:',
      '8 tasks would run, 2 tasks may run, because of 1 cause:',
      '',
      '1. `COLOUR` of lib changed  (meta-toy/recipes/lib/lib_1.0.bb:4)',
      '   "red" -> "blue"',
      '   dirties 4 tasks: lib:do_compile and 3 that depend on it',
      '',
    ].join('\n'),
  );
});

test('without a history `why` still says where it begins', async (t) => {
  await using project = await built();
  const { rmSync } = await import('node:fs');
  rmSync(join(project.path, 'build/history'), { recursive: true });
  project.edit(recipe('lib'), 'COLOUR = "red"', 'COLOUR = "blue"');
  const { causes } = await why(project, 'app');
  t.deepEqual(
    causes.map(({ kind, direct, dirties }) => [kind, direct, dirties]),
    [['no-record', ['lib:do_compile'], 4]],
  );
});

test('what `affected` names before an edit is what is worked on after it', async (t) => {
  t.timeout(300_000);
  await using project = await built();
  const edits: readonly (readonly [subject: string, path: string, from: string, to: string])[] = [
    ['COLOUR', recipe('lib'), 'COLOUR = "red"', 'COLOUR = "green"'],
    ['meta-toy/recipes/lib/files/change.patch', 'meta-toy/recipes/lib/files/change.patch', '+patched', '+other'],
    ['meta-toy/recipes/lib/lib.inc:1', 'meta-toy/recipes/lib/lib.inc', 'include file', 'included file'],
    ['meta-toy/classes/shout.bbclass', 'meta-toy/classes/shout.bbclass', 'tr a-z', 'tr b-z'],
    ['lib:shout', 'meta-toy/classes/shout.bbclass', 'tr b-z', 'tr c-z'],
    ['GREETING', 'build/conf/local.conf', 'hello', 'good day'],
    ['build/conf/local.conf:1', 'build/conf/local.conf', 'good day', 'good night'],
  ];
  for (const [subject, path, from, to] of edits) {
    const run = await project.run(['affected', '--json', subject]);
    const answer = JSON.parse(run.stdout) as Readonly<Record<string, readonly string[]>>;
    project.edit(path, from, to);
    const { causes } = await why(project, 'app');
    t.deepEqual(answer['direct'], causes.flatMap(({ direct }) => direct).sort(), subject);
    const build = await project.run(['app']);
    t.deepEqual(
      [...(answer['certain'] ?? [])].filter((key) => !build.ran.includes(key)),
      [],
      subject,
    );
    const named = [...(answer['certain'] ?? []), ...(answer['possible'] ?? [])];
    t.deepEqual(
      build.ran.filter((key) => !named.includes(key)),
      [],
      subject,
    );
  }
});

test('`affected` says where an equal output ends it, and that nothing takes in what nothing does', async (t) => {
  await using project = await built();
  const run = await project.run(['affected', 'COLOUR']);
  t.is(
    run.output,
    [
      'a change of COLOUR rebuilds 2 tasks, and up to 2 more tasks if outputs differ',
      '  takes it in (1):',
      '    lib:do_compile',
      '  follows for certain (1):',
      '    lib:do_stage',
      '  follows if outputs differ (2):',
      '    app:do_compile',
      '    app:do_stage',
      '  stops where the output stays the same:',
      '    lib:do_stage (spares 2 tasks)',
      '',
    ].join('\n'),
  );
  const nothing = await project.run(['affected', 'NO_SUCH_NAME']);
  t.is(nothing.output, 'a change of NO_SUCH_NAME rebuilds nothing\nnote: no task takes in `NO_SUCH_NAME`\n');
  const wrong = await project.run(['affected', 'lib!']);
  t.is(wrong.status, 2);
  t.regex(
    wrong.stderr,
    /`lib!` is no recipe, task, variable or file that a build reads \[bad-argument\]\n {3}help: did you mean `lib`\?/,
  );
});

test('`plan` tells decision and reason of each task, what is usual, and the time, or that there is no history', async (t) => {
  await using project = new TestProject(toyLayer);
  const first = await project.run(['plan', 'app']);
  t.regex(first.output, /^lib:do_compile: run \(never built here\)$/m);
  t.regex(first.output, /^time: no history$/m);
  t.is((await project.run(['app'])).status, 0);
  project.edit(recipe('lib'), 'COLOUR = "red"', 'COLOUR = "blue"');
  const second = await project.run(['plan', 'app', '--all']);
  t.regex(second.output, /^app:do_fetch: up-to-date \(its inputs are as they were, and what it left is there\)$/m);
  t.regex(second.output, /^lib:do_compile: run \(its inputs changed\), usually \d+ ms$/m);
  t.regex(
    second.output,
    /^app:do_compile: runs unless the output of lib:do_stage stays the same \(its inputs changed\)/m,
  );
  t.regex(second.output, /^time: about .* with 2 tasks at a time$/m);
  t.regex(second.output, /^stx-bake: dry run: 2 run, 2 open, 6 up-to-date$/m);
  const json = JSON.parse((await project.run(['plan', '--json', 'app'])).stdout) as { readonly expectedMs: number };
  t.true(json.expectedMs > 0);
});

test('`report` and `history` tell of builds, and a trace lies beside', async (t) => {
  await using project = new TestProject(toyLayer);
  t.regex((await project.run(['history'])).output, /^no builds yet/);
  t.is((await project.run(['report'])).status, 2);
  t.is((await project.run(['app'])).status, 0);
  t.regex((await project.run(['history'])).output, /^1 {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}ok {2}.*10 ran {2}app\n$/);
  const report = await project.run(['report']);
  t.regex(report.output, /^build 1: app, ok, /);
  t.regex(report.output, /^critical path: .* % of the build:$/m);
  t.regex(report.output, /^what the build would gain if a task took no time:$/m);
  t.true(existsSync(join(project.path, 'build/history/traces/build-1.json')));
});
