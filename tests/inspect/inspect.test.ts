import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { TestProject, toyLayer } from '../support/test-project.ts';

const documented = readFileSync(join(import.meta.dirname, '../../docs/reference/inspect.md'), 'utf8');

/** Toy layer and a stronger one, a second configuration, versions, a class extension, append files, and recipes that fail. */
const files: Readonly<Record<string, string>> = {
  ...toyLayer,
  'build/conf/bblayers.conf':
    'BBPATH = "${TOPDIR}"\nBBFILES ?= ""\nBBLAYERS = "${TOPDIR}/layers/strong ${TOPDIR}/layers/toy"\n',
  'build/conf/local.conf':
    'GREETING = "hello"\nBBMULTICONFIG = "other"\nPREFERRED_VERSION_tool = "1.%"\nMACHINE ?= "board"\n',
  'build/conf/multiconfig/other.conf': 'MACHINE = "other"\nTMPDIR = "${TOPDIR}/tmp-other"\n',
  'build/layers/strong/conf/layer.conf': [
    'BBPATH .= ":${LAYERDIR}"',
    'BBFILES += "${LAYERDIR}/recipes/*/*.bb ${LAYERDIR}/recipes/*/*.bbappend"',
    'BBFILE_COLLECTIONS += "strong"',
    'BBFILE_PATTERN_strong = "^${LAYERDIR}/"',
    'BBFILE_PRIORITY_strong = "9"',
    'LAYERDEPENDS_strong = "toy"',
    'LAYERSERIES_COMPAT_strong = "toy"',
    '',
  ].join('\n'),
  'build/layers/strong/classes/shout.bbclass': 'shout() {\n    cat\n}\n',
  'build/layers/strong/classes/second.bbclass': 'SECOND = "yes"\n',
  'build/layers/strong/recipes/lib/lib_%.bbappend': 'COLOUR += "green"\nCOLOUR:append:other = " only there"\n',
  'build/layers/strong/recipes/lib/lib_1.0.bbappend': 'COLOUR:remove = "red"\nCOLOUR[doc] = "the ${PN} colour"\n',
  'build/layers/strong/recipes/tool/tool_1.5.bb': 'PROVIDES = "virtual/tool"\nBBCLASSEXTEND = "second"\n',
  'build/layers/strong/recipes/tool/tool_2.0.bb':
    'PROVIDES = "virtual/tool"\nRDEPENDS:${PN} = "lib (>= 1.0)"\nDEPENDS = "lib"\n',
  'build/layers/strong/recipes/tool/other-tool_1.0.bb': 'PROVIDES = "virtual/tool"\n',
};

for (const [name, text] of Object.entries(toyLayer)) {
  if (!name.startsWith('meta-toy/')) continue;
  (files as Record<string, string>)[`build/layers/toy/${name.slice('meta-toy/'.length)}`] = name.endsWith(
    'bitbake.conf',
  )
    ? `${text}include conf/multiconfig/\${BB_CURRENT_MC}.conf\nOVERRIDES = "\${MACHINE}:pn-\${PN}"\nPACKAGES = "\${PN}"\n`
    : text;
  delete (files as Record<string, string>)[name];
}

const broken = 'build/layers/toy/recipes/bad/bad_1.0.bb';

type Json = Readonly<Record<string, unknown>>;

async function ask(project: TestProject, ...args: readonly string[]): Promise<Json> {
  const run = await project.run(['inspect', ...args, '--json']);
  if (run.status !== 0) throw new Error(run.output);
  return JSON.parse(run.stdout) as Json;
}

/** Names of all members of an answer, arrays and inner objects included. */
function members(value: unknown, found: Set<string> = new Set()): Set<string> {
  if (Array.isArray(value)) for (const each of value) members(each, found);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      found.add(name);
      members(inner, found);
    }
  }
  return found;
}

test('a variable is told with its parts, operations, forms, flags and what it reads', async (t) => {
  await using project = new TestProject(files);
  const answer = await ask(project, 'variable', 'COLOUR', '--recipe', 'lib');
  const at = (file: string, line: number) => ({ file: join(project.path, 'build/layers', file), line, column: 1 });
  const recipe = at('toy/recipes/lib/lib_1.0.bb', 4);
  const every = at('strong/recipes/lib/lib_%.bbappend', 1);
  const one = at('strong/recipes/lib/lib_1.0.bbappend', 1);
  t.like(answer, {
    configuration: '',
    recipe: 'lib',
    name: 'COLOUR',
    value: ' green',
    unexpanded: 'red green',
    error: null,
  });
  t.deepEqual(answer['parts'], [
    { text: 'red', place: recipe },
    { text: ' green', place: every },
  ]);
  t.deepEqual(answer['removed'], [{ text: 'red', place: one }]);
  t.deepEqual(answer['operations'], [
    { target: 'COLOUR', operation: '=', value: 'red', place: recipe, counts: true },
    { target: 'COLOUR', operation: '+=', value: 'green', place: every, counts: true },
    {
      target: 'COLOUR:append:other',
      operation: 'append',
      value: ' only there',
      place: { ...every, line: 2 },
      counts: false,
    },
    { target: 'COLOUR:remove', operation: 'remove', value: 'red', place: one, counts: true },
    { target: 'COLOUR[doc]', operation: '=', value: 'the ${PN} colour', place: { ...one, line: 2 }, counts: true },
  ]);
  t.deepEqual(answer['flags'], [{ name: 'doc', value: 'the lib colour', unexpanded: 'the ${PN} colour' }]);
  const text = await project.run(['inspect', 'variable', 'COLOUR', '--recipe', 'lib']);
  t.is(
    text.output,
    [
      'COLOUR=" green"',
      '  as written "red green"',
      '  part "red" (build/layers/toy/recipes/lib/lib_1.0.bb:4)',
      '  part " green" (build/layers/strong/recipes/lib/lib_%.bbappend:1)',
      '  without "red" (build/layers/strong/recipes/lib/lib_1.0.bbappend:1)',
      '  history, oldest first (* is in the value):',
      '  * build/layers/toy/recipes/lib/lib_1.0.bb:4  COLOUR = "red"',
      '  * build/layers/strong/recipes/lib/lib_%.bbappend:1  COLOUR += "green"',
      '    build/layers/strong/recipes/lib/lib_%.bbappend:2  COLOUR:append:other " only there"',
      '  * build/layers/strong/recipes/lib/lib_1.0.bbappend:1  COLOUR:remove "red"',
      '  * build/layers/strong/recipes/lib/lib_1.0.bbappend:2  COLOUR[doc] = "the ${PN} colour"',
      '  [doc] "the lib colour"',
      '',
    ].join('\n'),
  );
});

test('another configuration sees its own values, and a variable without a recipe is that of the configuration', async (t) => {
  await using project = new TestProject(files);
  const there = await ask(project, 'variable', 'COLOUR', '--recipe', 'mc:other:lib');
  t.like(there, { configuration: 'other', value: ' green only there' });
  t.like(await ask(project, 'variable', 'MACHINE', '--recipe', 'mc:other'), { recipe: null, value: 'other' });
  t.like(await ask(project, 'variable', 'MACHINE'), { recipe: null, value: 'board' });
  const flag = await project.run(['inspect', 'variable', 'COLOUR', '-r', 'lib', '--flag', 'doc']);
  t.is(flag.status, 0);
  t.regex(
    flag.output,
    /^COLOUR\[doc\]="the lib colour"\n {2}as written "the \$\{PN\} colour"\n.*lib_1\.0\.bbappend:2 /,
  );
});

test('a configuration variable is told without reading any recipe', async (t) => {
  await using project = new TestProject({ ...files, [broken]: 'this is no recipe\n' });
  const run = await project.run(['inspect', 'variable', 'MACHINE']);
  t.is(run.status, 0);
  t.is(run.stderr, '');
});

test('a recipe is told with append files, classes, layer, packages and tasks', async (t) => {
  await using project = new TestProject(files);
  const answer = await ask(project, 'recipe', 'lib');
  const below = (path: string): string => join(project.path, 'build/layers', path);
  t.like(answer, { name: 'lib', layer: 'toy', layerPriority: 5, chosen: true, skipped: null, variant: '' });
  t.deepEqual(answer['appends'], [
    below('strong/recipes/lib/lib_%.bbappend'),
    below('strong/recipes/lib/lib_1.0.bbappend'),
  ]);
  t.deepEqual(answer['classes'], [below('toy/classes/base.bbclass'), below('strong/classes/shout.bbclass')]);
  t.deepEqual(answer['tasks'], ['do_fetch', 'do_unpack', 'do_patch', 'do_compile', 'do_stage', 'do_build']);
  const second = await ask(project, 'recipe', 'tool_2.0.bb');
  t.like(second, { name: 'tool', chosen: false, depends: ['lib'] });
  t.deepEqual(second['packages'], [{ name: 'tool', provides: ['tool'], depends: 'lib (>= 1.0)', recommends: '' }]);
  const variant = await ask(project, 'recipe', 'tool-second');
  t.like(variant, { name: 'tool-second', variant: 'second', file: below('strong/recipes/tool/tool_1.5.bb') });
  const provided = await ask(project, 'recipe', 'mc:other:virtual/tool');
  t.like(provided, { configuration: 'other', file: below('strong/recipes/tool/tool_1.5.bb') });
});

test('the list of recipes says which version is taken, in every configuration', async (t) => {
  await using project = new TestProject(files);
  const { recipes } = (await ask(project, 'recipes')) as { recipes: readonly Json[] };
  const brief = recipes.map((each) => `${each['configuration']}/${each['name']} ${each['version']} ${each['chosen']}`);
  const names = [
    'app 1.0-r0 true',
    'lib 1.0-r0 true',
    'other-tool 1.0-r0 true',
    'tool 1.5-r0 true',
    'tool 2.0-r0 false',
    'tool-second 1.5-r0 true',
  ];
  t.deepEqual(brief, [...names.map((name) => `/${name}`), ...names.map((name) => `other/${name}`)]);
  const text = await project.run(['inspect', 'recipes']);
  t.regex(text.output, /^tool +2\.0-r0 +strong +\S+tool_2\.0\.bb +\(another version is taken\)$/m);
  t.regex(text.output, /^mc:other:app +1\.0-r0 +toy /m);
});

test('tasks are told in their order with what they are', async (t) => {
  await using project = new TestProject(files);
  const { tasks } = (await ask(project, 'tasks', 'lib')) as { tasks: readonly Json[] };
  t.deepEqual(
    tasks.map((each) => `${each['name']} ${each['kind']} ${each['builtin']}`),
    [
      'do_fetch built-in fetch',
      'do_unpack built-in unpack',
      'do_patch built-in patch',
      'do_compile shell null',
      'do_stage shell null',
      'do_build nothing null',
    ],
  );
  const compile = tasks[3] as { flags: readonly Json[]; defined: Json; added: Json; after: readonly string[] };
  t.deepEqual(compile.after, ['do_patch']);
  t.like(
    compile.flags.find((each) => each['name'] === 'dirs'),
    { unexpanded: '${B}', value: join(project.path, 'build/tmp/work/lib') },
  );
  t.like(compile.defined, { line: 5 });
  t.regex(String(compile.added['file']), /base\.bbclass$/);
});

test('layers are told with overlays, append files in order and those that append to nothing', async (t) => {
  await using project = new TestProject({
    ...files,
    'build/layers/strong/recipes/lib/gone_%.bbappend': 'A = "1"\n',
    'build/layers/strong/recipes/app/app_1.0.bb': 'SUMMARY = "the strong one"\n',
  });
  project.edit('build/conf/local.conf', 'GREETING', 'BB_DANGLINGAPPENDS_WARNONLY = "1"\nGREETING');
  const answer = await ask(project, 'layers');
  const below = (path: string): string => join(project.path, 'build/layers', path);
  const layers = answer['layers'] as readonly Json[];
  t.deepEqual(
    layers.map((each) => [each['name'], each['priority'], each['depends'], each['compat']]),
    [
      ['strong', 9, ['toy'], ['toy']],
      ['toy', 5, [], ['toy']],
    ],
  );
  t.deepEqual(answer['overlays'], [
    {
      kind: 'recipe',
      name: 'app',
      files: [
        { file: below('strong/recipes/app/app_1.0.bb'), layer: 'strong' },
        { file: below('toy/recipes/app/app_1.0.bb'), layer: 'toy' },
      ],
    },
    {
      kind: 'class',
      name: 'shout',
      files: [
        { file: below('strong/classes/shout.bbclass'), layer: 'strong' },
        { file: below('toy/classes/shout.bbclass'), layer: 'toy' },
      ],
    },
  ]);
  t.deepEqual(answer['appends'], [
    {
      file: below('toy/recipes/lib/lib_1.0.bb'),
      appends: [below('strong/recipes/lib/lib_%.bbappend'), below('strong/recipes/lib/lib_1.0.bbappend')],
    },
  ]);
  t.deepEqual(answer['dangling'], [below('strong/recipes/lib/gone_%.bbappend')]);
});

test('providers are told with the reason for the choice, at build time and at run time', async (t) => {
  await using project = new TestProject(files);
  const open = await ask(project, 'providers', 'virtual/tool');
  const candidates = (answer: Json, side: string) =>
    ((answer[side] as Json)['candidates'] as readonly Json[]).map(
      (each) => `${each['recipe']} ${each['version']} ${each['chosen']}: ${each['why']}`,
    );
  t.deepEqual(
    candidates(open, 'buildTime').at(-1),
    'tool 2.0-r0 false: 1.5-r0 is taken: PREFERRED_VERSION_tool asks for "1.%"',
  );
  t.is(candidates(open, 'buildTime').filter((each) => each.includes(' true: ')).length, 1);
  project.edit('build/conf/local.conf', 'GREETING', 'PREFERRED_PROVIDER_virtual/tool = "other-tool"\nGREETING');
  const chosen = await ask(project, 'providers', 'mc:other:virtual/tool');
  t.like(chosen, { configuration: 'other', name: 'virtual/tool', assumed: false });
  t.is(candidates(chosen, 'buildTime')[0], 'other-tool 1.0-r0 true: PREFERRED_PROVIDER_virtual/tool asks for it');
  t.true(
    candidates(chosen, 'buildTime').includes(
      'tool-second 1.5-r0 false: other-tool is taken: PREFERRED_PROVIDER_virtual/tool asks for it',
    ),
  );
  const runtime = await ask(project, 'providers', 'tool');
  t.deepEqual(candidates(runtime, 'runTime'), [
    'tool 1.5-r0 true: the only recipe that provides it; of its versions: PREFERRED_VERSION_tool asks for "1.%"',
    'tool 2.0-r0 false: 1.5-r0 is taken: PREFERRED_VERSION_tool asks for "1.%"',
  ]);
});

test('a preference that has no effect is told with the reason, and with what it was meant to be', async (t) => {
  await using project = new TestProject(files);
  project.write(
    'build/conf/local.conf',
    [
      'GREETING = "hello"',
      'PREFERRED_PROVIDER_virtual/tool = "othr-tool"',
      'PREFERRED_RPROVIDER_virtual/tool = "lib"',
      'PREFERRED_VERSION_tool = "3.%"',
      'PREFERRED_VERSION_othertool = "1.0"',
      'PREFERRED_PROVIDER_virtual/somethingelse = "lib"',
      '',
    ].join('\n'),
  );
  const answer = await ask(project, 'providers', 'virtual/tool');
  const problems = (answer['preferences'] as readonly Json[]).map((each) => `${each['variable']}: ${each['problem']}`);
  t.deepEqual(problems.sort(), [
    'PREFERRED_PROVIDER_virtual/tool: there is no recipe `othr-tool`; did you mean `other-tool`?',
    'PREFERRED_RPROVIDER_virtual/tool: the recipe `lib` does not provide `virtual/tool`',
    'PREFERRED_VERSION_othertool: nothing is called `othertool`; did you mean `other-tool`?',
    'PREFERRED_VERSION_tool: no recipe has that version; there are 1.5, 2.0',
  ]);
  const { stdout } = await project.run(['inspect', 'providers', 'virtual/tool']);
  t.regex(
    stdout,
    /: the first by name; PREFERRED_PROVIDER_virtual\/tool has no effect: there is no recipe `othr-tool`; did you mean `other-tool`\?$/m,
  );
  t.regex(stdout, /^PREFERRED_VERSION_tool = "3\.%" \(.*:4\): no recipe has that version; there are 1\.5, 2\.0$/m);
  t.notRegex(stdout, /no preference says otherwise/);
});

test('files are told in the order in which they were read, with those that were looked for in vain', async (t) => {
  await using project = new TestProject(files);
  const { read, lookedFor } = (await ask(project, 'files', 'lib')) as {
    read: readonly Json[];
    lookedFor: readonly string[];
  };
  const own = read.map((each) => `${each['kind']} ${String(each['path']).split('/').at(-1)}`);
  t.deepEqual(own.slice(0, 3), ['configuration bblayers.conf', 'configuration layer.conf', 'configuration layer.conf']);
  const recipe = [
    'recipe lib_1.0.bb',
    'include lib.inc',
    'class shout.bbclass',
    'append lib_%.bbappend',
    'append lib_1.0.bbappend',
  ];
  t.deepEqual(own.slice(-recipe.length), recipe);
  t.true(lookedFor.includes(join(project.path, 'build/layers/strong/classes-recipe/shout.bbclass')));
  t.false(lookedFor.some((path) => read.some((each) => each['path'] === path)));
});

test('a shell that reads the environment text has the values of all variables with an ordinary name', async (t) => {
  const odd = `ODD = "a'b \\\`c\\\` \\\\ "q" $HOME \${@'x' * 3} \\$5"\nexport ODD\nMANY = "\${@'one\\ntwo'}"\nFILES:\${PN} = "/usr"\n`;
  await using project = new TestProject({ ...files, 'build/layers/strong/recipes/odd/odd_1.0.bb': odd });
  const run = await project.run(['-e', 'odd']);
  t.is(run.status, 0, run.output);
  t.true(run.stdout.includes('\nFILES:odd="/usr"\n'));
  project.write('environment', run.stdout);
  const answer = await ask(project, 'environment', 'odd');
  t.like(answer, { recipe: 'odd', file: join(project.path, 'build/layers/strong/recipes/odd/odd_1.0.bb') });
  const variables = answer['variables'] as readonly { name: string; value: string | null; exported: boolean }[];
  const plain = variables.filter(({ name, value }) => /^[A-Za-z_]\w*$/.test(name) && value !== null);
  t.true(plain.length > 20);
  const script = `. ./environment 2>/dev/null; for name in "$@"; do printf '%s\\0' "\${!name}"; done`;
  const shell = execFileSync('bash', ['--norc', '-c', script, 'bash', ...plain.map(({ name }) => name)], {
    cwd: project.path,
    env: { PATH: '/usr/bin:/bin' },
  });
  t.deepEqual(
    Object.fromEntries(plain.map(({ name }, index) => [name, shell.toString().split('\0')[index]])),
    Object.fromEntries(plain.map(({ name, value }) => [name, value])),
  );
  t.deepEqual(
    variables.filter((each) => each.exported).map((each) => each.name),
    ['ODD'],
  );
  const functions = answer['functions'] as readonly Json[];
  t.true(functions.some((each) => each['name'] === 'do_stage' && each['language'] === 'shell'));
});

test('a recipe with errors is shown as far as it can be read, and its errors follow', async (t) => {
  await using project = new TestProject({
    ...files,
    [broken]: 'SUMMARY = "half"\nCOLOUR = red\ninherit nowhere\nDEPENDS = "lib"\nDESCRIPTION = "${@1 / 0}"\n',
  });
  const shown = await project.run(['inspect', 'recipe', 'bad', '--json']);
  t.is(shown.status, 2);
  const answer = JSON.parse(shown.stdout) as Json;
  t.like(answer, { name: 'bad', depends: ['lib'], layer: 'toy', chosen: false });
  t.deepEqual(
    (answer['problems'] as readonly Json[]).map((each) => each['code']),
    ['syntax-error', 'unknown-class'],
  );
  t.regex(shown.stderr, /bad_1\.0\.bb:2:10: error: .*\[syntax-error\]\n/);
  const variable = await project.run(['inspect', 'variable', 'DESCRIPTION', '--recipe', 'bad']);
  t.is(variable.status, 2);
  t.regex(variable.stdout, /^DESCRIPTION cannot be expanded: .*zero/);
  const other = await project.run(['inspect', 'recipe', 'lib']);
  t.is(other.status, 0);
  const list = await project.run(['inspect', 'recipes']);
  t.regex(list.stdout, /\nbuild\/layers\/toy\/recipes\/bad\/bad_1\.0\.bb has errors\n/);
  t.regex(other.stderr, /^stx-bake: there are \d errors in the metadata; `stx-bake -p` shows them\n$/);
});

test('a configuration with errors is told with them: its variables as far as they can be read, its recipes not', async (t) => {
  await using project = new TestProject({
    ...files,
    'build/conf/multiconfig/other.conf': 'MACHINE = "other"\nA = b\n',
  });
  const variable = await project.run(['inspect', 'variable', 'MACHINE', '-r', 'mc:other']);
  t.is(variable.status, 2);
  t.regex(variable.stdout, /^MACHINE="other"\n/);
  t.regex(variable.stderr, /^build\/conf\/multiconfig\/other\.conf:2:5: error: .* \[syntax-error\]\n/);
  const recipe = await project.run(['inspect', 'recipe', 'mc:other:lib']);
  t.is(recipe.status, 2);
  t.is(recipe.stdout, '');
  t.regex(recipe.stderr, /other\.conf:2:5: error: .* \[syntax-error\]\n/);
  t.is((await project.run(['inspect', 'recipe', 'lib'])).status, 0);
});

test('a skipped recipe is shown with the reason', async (t) => {
  await using project = new TestProject({
    ...files,
    'build/layers/strong/recipes/skip/skip_1.0.bb':
      'python () {\n    raise bb.parse.SkipRecipe("not for this board")\n}\n',
  });
  t.like(await ask(project, 'recipe', 'skip'), { name: 'skip', skipped: 'not for this board', chosen: false });
  const text = await project.run(['inspect', 'recipe', 'skip']);
  t.regex(text.output, /^skip\n {2}skipped: not for this board\n/);
  const list = await project.run(['inspect', 'recipes']);
  t.regex(list.output, /^skip .*\(skipped: not for this board\)$/m);
  const providers = await ask(project, 'providers', 'skip');
  t.is((providers['buildTime'] as Json)['chosen'], null);
});

/** Wrong names: arguments and what is said. */
const wrong: readonly (readonly [readonly string[], RegExp])[] = [
  [
    ['variable', 'COLOUR'],
    /nothing sets `COLOUR` in the configuration \[unknown-variable\]\n {3}help: .*; --recipe RECIPE shows what a recipe sets\n$/,
  ],
  [
    ['variable', 'COLOR', '-r', 'lib'],
    /^stx-bake: error: nothing sets `COLOR` in `lib` \[unknown-variable\]\n {3}help: did you mean `COLOUR`\?\n$/,
  ],
  [
    ['variable', 'COLOUR', '-r', 'lib', '--flag', 'dok'],
    /`COLOUR` has no flag `dok` \[unknown-variable\]\n {3}help: did you mean `doc`\?\n$/,
  ],
  [['recipe', 'lob'], /no recipe is called `lob` or provides it \[unknown-target\]\n {3}help: did you mean `lib`\?\n$/],
  [
    ['tasks', 'mc:othr:lib'],
    /there is no configuration `othr` \[unknown-configuration\]\n {3}help: did you mean `other`\?\n$/,
  ],
  [
    ['variable', 'MACHINE', '-r', 'mc:othr'],
    /there is no configuration `othr` \[unknown-configuration\]\n {3}help: did you mean `other`\?\n$/,
  ],
  [['providers', 'virtual/tol'], /no recipe is called `virtual\/tol` .*\n {3}help: did you mean `virtual\/tool`\?\n$/],
  [['layers', 'lib'], /`inspect layers` has no use for `lib` \[bad-argument\]\n/],
  [['files', 'lib:do_compile'], /`lib:do_compile` is not the name of a recipe \[bad-argument\]\n/],
];

for (const [args, said] of wrong) {
  test(`\`inspect ${args.join(' ')}\` names the nearest name and answers nothing`, async (t) => {
    await using project = new TestProject(files);
    const run = await project.run(['inspect', ...args]);
    t.is(run.status, 2);
    t.is(run.stdout, '');
    t.regex(run.stderr, said);
  });
}

test('every member of every JSON answer is documented', async (t) => {
  await using project = new TestProject(files);
  const questions = [
    ['variable', 'COLOUR', '-r', 'lib'],
    ['recipe', 'lib'],
    ['recipes'],
    ['tasks', 'lib'],
    ['layers'],
    ['providers', 'tool'],
    ['environment', 'lib'],
    ['files', 'lib'],
  ];
  for (const question of questions) {
    const names = members(await ask(project, ...question));
    const section = documented.split(`\n## inspect ${question[0]}\n`)[1]?.split('\n## ')[0] ?? '';
    const common = documented.split('\n## ')[0] ?? '';
    const inherited =
      question[0] === 'environment' ? (documented.split('\n## inspect variable\n')[1]?.split('\n## ')[0] ?? '') : '';
    const missing = [...names].filter((name) => !`${common}${section}${inherited}`.includes(`"${name}"`));
    t.deepEqual(missing, [], question.join(' '));
  }
});
