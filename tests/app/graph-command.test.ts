import test from 'ava';
import { TestProject, toyLayer } from '../support/test-project.ts';

const packages = 'PACKAGES = "${PN}"\nRPROVIDES:${PN} = ""\n';

/** `app` and `lib` of the toy layer; packages `one`, `two` and `three` need each other in a circle with one wish in it. */
function graphProject(): TestProject {
  return new TestProject({
    ...toyLayer,
    'build/conf/local.conf': 'ASSUME_RPROVIDED = "vendor-tool"\n',
    'meta-toy/recipes/one/one_1.0.bb': `${packages}RDEPENDS:\${PN} = "two vendor-tool"\n`,
    'meta-toy/recipes/two/two_1.0.bb': `${packages}\nRRECOMMENDS:\${PN} = "three"\n`,
    'meta-toy/recipes/three/three_1.0.bb': `${packages}RDEPENDS:\${PN} = "one"\n`,
  });
}

async function ask(project: TestProject, words: string): Promise<string> {
  const run = await project.run(['graph', ...words.split(' ')]);
  return `${run.stdout}${run.stderr}${run.status === 0 ? '' : `exit ${run.status}\n`}`;
}

test('what a recipe or a task needs is a tree, with a limit of depth', async (t) => {
  await using project = graphProject();
  t.is(await ask(project, 'deps app'), 'app (1.0)\n└─ lib (1.0)\napp needs 1 recipe\n');
  t.is(
    await ask(project, 'deps app:compile --depth 1'),
    'app:do_compile\n├─ app:do_patch … 1 more\n└─ lib:do_stage … 1 more\napp:do_compile needs 8 tasks\n',
  );
  t.is(
    await ask(project, 'rdeps lib:compile --depth all'),
    [
      'lib:do_compile',
      '└─ lib:do_stage',
      '   ├─ app:do_compile',
      '   │  └─ app:do_stage',
      '   │     └─ app:do_build',
      '   └─ lib:do_build',
      'lib:do_compile is needed by 5 tasks',
      '',
    ].join('\n'),
  );
  t.regex(await ask(project, 'deps app --depth much'), /`--depth` cannot be `much` \[bad-option\][\s\S]*exit 2/);
});

test('each step of a path names the statement behind it with its place', async (t) => {
  await using project = graphProject();
  t.is(
    await ask(project, 'path app:compile lib:compile'),
    [
      'app:do_compile needs lib:do_stage: DEPENDS names lib (meta-toy/recipes/app/app_1.0.bb:1)',
      'lib:do_stage needs lib:do_compile: addtask (meta-toy/classes/base.bbclass:17)',
      '',
    ].join('\n'),
  );
  t.is(await ask(project, 'path one app'), 'one does not need app, nor app one\nexit 1\n');
  const { hops } = JSON.parse(await ask(project, 'path lib app --json')) as { hops: readonly unknown[] };
  t.deepEqual(hops, [
    {
      from: 'app',
      to: 'lib',
      by: 'DEPENDS',
      word: 'lib',
      place: { file: `${project.path}/meta-toy/recipes/app/app_1.0.bb`, line: 1, column: 12 },
    },
  ]);
});

test('an order has dependencies first; a circle among packages is explained, with the hop to break it at', async (t) => {
  await using project = graphProject();
  t.is(await ask(project, 'order app'), 'lib\napp\n');
  const order = await ask(project, 'order one --of packages');
  const at = (name: string) => `meta-toy/recipes/${name}/${name}_1.0.bb`;
  t.is(
    order,
    [
      'two',
      'vendor-tool',
      'one',
      'three',
      'a loop: each of these needs the next, and the last one the first',
      `  one needs two: RDEPENDS:one names two (${at('one')}:3)`,
      `  two needs three: RRECOMMENDS:two names three (${at('two')}:4)`,
      `  three needs one: RDEPENDS:three names one (${at('three')}:3)`,
      `to break it, take out \`three\` in \`RRECOMMENDS:two\` (${at('two')}:4)`,
      '',
    ].join('\n'),
  );
  t.is(
    await ask(project, 'deps three --of packages --dot --depth 1'),
    'digraph depends {\n  "three"\n  "one"\n  "three" -> "one"\n}\n',
  );
  t.regex(await ask(project, 'deps nobody --of packages'), /there is no package `nobody` \[unknown-runtime-name\]/);
});

test('tasks that wait for each other are told hop by hop, each with the line that says so', async (t) => {
  await using project = graphProject();
  project.edit(
    'meta-toy/recipes/lib/lib_1.0.bb',
    'inherit shout',
    'inherit shout\ndo_compile[depends] = "app:do_stage"',
  );
  const said = await ask(project, 'deps app:build');
  const recipe = (name: string) => `${project.path}/meta-toy/recipes/${name}/${name}_1.0.bb`;
  for (const line of [
    `app:do_compile needs lib:do_stage: DEPENDS names lib (${recipe('app')}:1)`,
    `lib:do_compile needs app:do_stage: do_compile[depends] names app:do_stage (${recipe('lib')}:4)`,
    `most likely \`app:do_stage\` in \`do_compile[depends]\` (${recipe('lib')}:4)`,
  ])
    t.true(said.includes(line), `${line}\n${said}`);
});
