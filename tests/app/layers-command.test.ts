import { existsSync, lstatSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { TestProject, toyLayer } from '../support/test-project.ts';

const conf = 'build/conf/bblayers.conf';

/** Everything below the project but the parse cache. */
const filesOf = (project: TestProject): readonly string[] =>
  readdirSync(project.path, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.startsWith('build/cache'))
    .sort();

const commented =
  '# Where recipes come from.\nBBPATH = "${TOPDIR}"\nBBFILES ?= ""\nBBLAYERS = " \\\n    ${TOPDIR}/../meta-toy \\\n"\n';

const layer = (name: string, more = ''): string =>
  toyLayer['meta-toy/conf/layer.conf']!.replaceAll('toy', name).replace(
    `"${name}"\nLAYERSERIES_CORENAMES = "${name}"`,
    `"toy"`,
  ) + more;

test('a layer that was created and added takes part, and its example recipe can be built', async (t) => {
  await using project = new TestProject({ ...toyLayer, [conf]: commented });
  const made = await project.run(['layers', 'create', 'meta-mine', '--priority', '8']);
  t.is(made.status, 0, made.output);
  t.deepEqual(
    readdirSync(project.path).filter((name) => name.includes('mine')),
    ['meta-mine'],
  );
  t.regex(project.read('meta-mine/conf/layer.conf'), /LAYERSERIES_COMPAT_mine = "toy"\n/);
  const added = await project.run(['layers', 'add', 'meta-mine']);
  t.is(added.output, `stx-bake: ${project.path}/meta-mine added to ${project.path}/${conf}\n`);
  t.is(project.read(conf), commented.replace('meta-toy \\\n', `meta-toy \\\n    ${project.path}/meta-mine \\\n`));
  const list = await project.run(['layers']);
  t.regex(list.output, /^toy +5 .*\nmine +8 +meta-mine\n$/);
  const recipe = await project.run(['inspect', 'recipe', 'example']);
  t.is(recipe.status, 0, recipe.output);
  t.regex(recipe.output, /layer: mine \(priority 8\)/);
  const plan = await project.run(['-n', 'example:compile']);
  t.is(plan.status, 0, plan.output);
});

test('adding and removing twice is the same as once', async (t) => {
  await using project = new TestProject({ ...toyLayer, [conf]: commented, 'meta-two/conf/layer.conf': layer('two') });
  await project.run(['layers', 'add', 'meta-two']);
  const once = project.read(conf);
  const again = await project.run(['layers', 'add', 'meta-two/', './meta-two']);
  t.is(again.status, 0);
  t.regex(again.output, /stands already in/);
  t.is(project.read(conf), once);
  const removed = await project.run(['layers', 'remove', 'two']);
  t.is(removed.output, `stx-bake: ${project.path}/meta-two removed from ${project.path}/${conf}\n`);
  t.is(project.read(conf), commented);
  const twice = await project.run(['layers', 'remove', './meta-two']);
  t.is(twice.status, 0);
  t.regex(twice.output, /does not stand in/);
  t.is(project.read(conf), commented);
  t.deepEqual(readdirSync(join(project.path, 'build/conf')), ['bblayers.conf', 'local.conf']);
});

/** A call that must leave everything as it is, and what it says. */
const refused: readonly {
  readonly what: string;
  readonly files: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly said: RegExp;
}[] = [
  {
    what: 'a layer whose recipe has an error',
    files: { 'meta-bad/conf/layer.conf': layer('bad'), 'meta-bad/recipes/x/x_1.0.bb': 'A = b\n' },
    args: ['add', 'meta-bad'],
    said: /stays as it is: the change would bring these errors\nmeta-bad\/recipes\/x\/x_1\.0\.bb:1:5: error: .* \[syntax-error\]\n/,
  },
  {
    what: 'a layer that needs one that is not there',
    files: { 'meta-bad/conf/layer.conf': layer('bad', 'LAYERDEPENDS_bad = "missing"\n') },
    args: ['add', 'meta-bad'],
    said: /'?`?missing`?'?.*\[invalid-layer\]\n/,
  },
  {
    what: 'a folder that is no layer',
    files: { 'plain/readme': 'x' },
    args: ['add', 'plain', 'nowhere'],
    said: /^stx-bake: error: `\S+\/plain` has no conf\/layer\.conf \[invalid-layer\]\n.*\nstx-bake: error: `\S+\/nowhere` is not a directory \[invalid-layer\]\n/,
  },
  { what: 'the last layer', files: {}, args: ['remove', 'toy'], said: /\[no-layers\]/ },
  {
    what: 'a name that no layer has',
    files: {},
    args: ['remove', 'tooy'],
    said: /no layer of `\S+bblayers\.conf` is called `tooy` \[invalid-layer\]\n {3}help: did you mean `toy`\?\n$/,
  },
  {
    what: 'a folder that exists',
    files: { 'meta-mine/notes.txt': 'mine' },
    args: ['create', 'meta-mine'],
    said: /^stx-bake: error: `\S+\/meta-mine` is there already \[would-overwrite\]\n {3}help: choose another name; nothing was changed\n$/,
  },
  {
    what: 'a name that configuration files cannot hold',
    files: {},
    args: ['create', 'meta-my_append'],
    said: /`meta-my_append` cannot be the name of a layer \[bad-argument\]\n/,
  },
  { what: 'a path with a blank', files: {}, args: ['create', 'my layer'], said: /\[path-with-blank\]/ },
  {
    what: 'a priority that is no number',
    files: {},
    args: ['create', 'meta-mine', '--priority', 'high'],
    said: /`--priority high` is not a whole number from 0 to 9999 \[bad-option\]\n/,
  },
];

for (const { what, files, args, said } of refused) {
  test(`\`layers ${args[0]}\` refuses ${what} and changes nothing`, async (t) => {
    await using project = new TestProject({ ...toyLayer, [conf]: commented, ...files });
    const before = filesOf(project);
    const run = await project.run(['layers', ...args]);
    t.is(run.status, what === 'a path with a blank' ? 3 : 2, run.output);
    t.regex(run.output, said);
    t.is(project.read(conf), commented);
    t.deepEqual(filesOf(project), before);
  });
}

test('a list that is a link stays one', async (t) => {
  await using project = new TestProject({
    ...toyLayer,
    'shared.conf': commented,
    'meta-two/conf/layer.conf': layer('two'),
  });
  rmSync(join(project.path, conf));
  symlinkSync('../../shared.conf', join(project.path, conf));
  const run = await project.run(['layers', 'add', 'meta-two']);
  t.is(run.status, 0, run.output);
  t.true(lstatSync(join(project.path, conf)).isSymbolicLink());
  t.true(project.read('shared.conf').includes('meta-two'));
});

test('a layer whose folder is gone can be taken out, by path and by the last part of it', async (t) => {
  for (const word of ['gone', 'meta/gone']) {
    const broken = commented.replace('meta-toy \\\n', 'meta-toy \\\n    ${TOPDIR}/../meta/gone \\\n');
    await using project = new TestProject({ ...toyLayer, [conf]: broken });
    t.is((await project.run(['layers'])).status, 2);
    const run = await project.run(['layers', 'remove', word]);
    t.is(run.status, 0, run.output);
    t.is(project.read(conf), commented);
  }
});

test('a layer is added although the metadata has errors already', async (t) => {
  await using project = new TestProject({
    ...toyLayer,
    [conf]: commented,
    'meta-toy/recipes/bad/bad_1.0.bb': 'A = b\n',
    'meta-two/conf/layer.conf': layer('two'),
  });
  const run = await project.run(['layers', 'add', 'meta-two']);
  t.is(run.status, 0, run.output);
  t.true(project.read(conf).includes('meta-two'));
});

test('a layer that another file lists is not looked for in vain', async (t) => {
  const split = `${commented.replace('BBLAYERS =', 'BBLAYERS =')}include more.conf\n`;
  await using project = new TestProject({
    ...toyLayer,
    [conf]: split,
    'build/conf/more.conf': 'BBLAYERS += "${TOPDIR}/../meta-two"\n',
    'meta-two/conf/layer.conf': layer('two'),
  });
  const run = await project.run(['layers', 'remove', 'meta-two']);
  t.is(run.status, 2);
  t.regex(
    run.output,
    /`\S+meta-two` is in BBLAYERS, but `\S+` does not name it \[invalid-layer\]\n {3}help: take it out of the file/,
  );
  t.is(project.read(conf), split);
  t.true(existsSync(join(project.path, 'build/conf/more.conf')));
});
