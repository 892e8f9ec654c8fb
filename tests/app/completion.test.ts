import { execFileSync } from 'node:child_process';
import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { commands } from '../../engine/app/command-line/command-table.ts';
import { longName } from '../../engine/app/command-line/option-table.ts';
import { complete, type KnownNames } from '../../engine/app/completion/complete.ts';
import { startInTerminal, textOf } from '../support/terminal.ts';
import { TestProject, toyLayer } from '../support/test-project.ts';

const program = fileURLToPath(new URL('../../engine/app/main.ts', import.meta.url));

const recipes = ['busybox', 'bash', 'virtual/kernel', 'mc:other:zlib'];
const names: KnownNames = {
  recipes: () => recipes.map((word) => ({ word, about: '' })),
  tasksOf: (prefix) => ['compile', 'configure'].map((task) => ({ word: `${prefix.split(':')[0]}:${task}`, about: '' })),
  tasks: () => ['compile', 'configure', 'fetch'].map((word) => ({ word, about: '' })),
};

function words(...line: readonly string[]): readonly string[] {
  const found = complete(line, names, commands);
  return found.kind === 'words' ? found.words.map(({ word }) => word) : [`<${found.kind}>`];
}

const rows: readonly (readonly [readonly string[], readonly string[]])[] = [
  [['ins'], ['inspect']],
  [['b'], ['boot', 'busybox', 'bash']],
  [
    ['inspect', 're'],
    ['recipe', 'recipes'],
  ],
  [['-k', 'inspect', 'var'], ['variable']],
  [
    ['layers', ''],
    ['create', 'add', 'remove'],
  ],
  [['layers', 'add', ''], ['<files>']],
  [['help', 'lay'], ['layers']],
  [['help', 'layers', 'a'], ['add']],
  [['build', 'bu'], ['busybox']],
  [['busybox', 'ba'], ['bash']],
  [['busybox:co'], ['busybox:compile', 'busybox:configure']],
  [['mc:o'], ['mc:other:zlib']],
  [['virtual/'], ['virtual/kernel']],
  [['inspect', 'recipe', 'bu'], ['busybox']],
  [
    ['-c', 'co'],
    ['compile', 'configure'],
  ],
  [['-kc', 'fe'], ['fetch']],
  [['--cmd', 'fe'], ['fetch']],
  [['--cmd=fe'], ['--cmd=fetch']],
  [['--events', ''], ['<files>']],
  [['--build-dir', ''], ['<directories>']],
  [['--build-dir=x'], ['<directories>']],
  [
    ['lock', ''],
    ['update', 'add', 'check', 'diff'],
  ],
  [['lock', 'update', ''], []],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [['layers', 'create', '--pri'], ['--priority']],
  [['layers', '--dry'], []],
  [['--run'], ['--runall', '--runonly']],
  [['--dry-run', '--dry'], []],
  [['--', 'bu'], ['busybox']],
  [['no-such-command', 'bu'], ['busybox']],
  [['--dry-run='], []],
];

for (const [line, expected] of rows) {
  test(`\`stx-bake ${line.join(' ')}\` goes on with ${expected.join(', ') || 'nothing'}`, (t) => {
    t.deepEqual(words(...line), expected);
  });
}

test('every command, and every option of each, is completed', (t) => {
  for (const { path, options } of commands) {
    for (const [index, word] of path.entries()) t.true(words(...path.slice(0, index), word.slice(0, 2)).includes(word));
    for (const [key, spec] of Object.entries(options)) {
      const option = `--${longName(key, spec)}`;
      t.true(words(...path, option.slice(0, -1)).includes(option), `${path.join(' ')} ${option}`);
    }
  }
});

test('before anything was parsed there are no targets, and no errors either', async (t) => {
  await using project = new TestProject(toyLayer);
  const { status, stdout, stderr } = await project.run(['completion', 'bash', ':lib']);
  t.deepEqual([status, stdout, stderr], [0, 'words\n', '']);
  project.write('build/cache/parse-cache', 'stx-parse-cache 1 x\n{"broken"');
  t.is((await project.run(['completion', 'bash', ':lib'])).stdout, 'words\n');
});

test('another shell than those is refused', async (t) => {
  await using project = new TestProject(toyLayer);
  const { status, stderr } = await project.run(['completion', 'tcsh']);
  t.is(status, 2);
  t.is(stderr, 'stx-bake: error: there is no completion for `tcsh` [bad-argument]\n   help: one of: bash, zsh, fish\n');
});

/** A project that was parsed, with `stx-bake` in its folder `bin`. */
async function parsedProject(): Promise<TestProject> {
  const project = new TestProject({
    ...toyLayer,
    'meta-toy/recipes/lib/second-lib_1.0.bb': 'PROVIDES = "virtual/second"\n',
    'meta-toy/recipes/lib/skipped-lib_1.0.bb': 'python () {\n    raise bb.parse.SkipRecipe("not today")\n}\n',
    'bin/stx-bake': `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`,
  });
  chmodSync(join(project.path, 'bin/stx-bake'), 0o755);
  const { status, output } = await project.run(['-p']);
  if (status !== 0) throw new Error(output);
  return project;
}

function environmentOf(project: TestProject): Readonly<Record<string, string>> {
  return { PATH: `${join(project.path, 'bin')}:${process.env['PATH']}`, HOME: project.path, TERM: 'xterm' };
}

test('targets are those of the last parse: recipes, what they provide, their tasks', async (t) => {
  await using project = await parsedProject();
  const ask = async (word: string) => (await project.run(['completion', 'fish', `:${word}`])).stdout.trim().split('\n');
  t.deepEqual(await ask('lib'), ['words', 'lib\trecipe']);
  t.deepEqual(await ask('virtual/'), ['words', 'virtual/second\tprovided by second-lib']);
  t.deepEqual(await ask('lib:st'), ['words', 'lib:stage\ttask']);
  t.deepEqual(await ask('virtual/second:fe'), ['words', 'virtual/second:fetch\ttask']);
  t.deepEqual(await ask('skipped'), ['words']);
});

/** A line as bash hands it over: words parted at colons and equals signs too. */
function bashReply(project: TestProject, line: string): readonly string[] {
  const parts = line.match(/[^\s:=]+|[:=]+|\s+/g) ?? [];
  const parted = parts.filter((part) => part.trim() !== '').map((part) => `'${part}'`);
  if (/\s$/.test(line)) parted.push("''");
  const script = [
    'source <(stx-bake completion bash)',
    `COMP_LINE='${line}' COMP_POINT=${line.length} COMP_WORDS=(${parted.join(' ')}) COMP_CWORD=${parted.length - 1}`,
    '_stx_bake',
    'printf "%s\\n" "${COMPREPLY[@]}"',
  ].join('\n');
  const output = execFileSync('bash', ['-c', script], {
    cwd: join(project.path, 'build'),
    env: environmentOf(project),
    encoding: 'utf8',
  });
  return output.split('\n').filter((each) => each !== '');
}

test('bash gets words, and behind a colon or an equals sign only what it replaces', async (t) => {
  await using project = await parsedProject();
  t.deepEqual(bashReply(project, 'stx-bake inspect reci'), ['recipe', 'recipes']);
  t.deepEqual(bashReply(project, 'stx-bake inspect recipe seco'), ['second-lib']);
  t.deepEqual(bashReply(project, 'stx-bake app lib:st'), ['stage']);
  t.deepEqual(bashReply(project, 'stx-bake app lib:'), ['build', 'compile', 'fetch', 'patch', 'stage', 'unpack']);
  t.deepEqual(bashReply(project, 'stx-bake --cmd=comp'), ['compile']);
  t.deepEqual(bashReply(project, 'stx-bake layers '), ['create', 'add', 'remove']);
  t.deepEqual(bashReply(project, 'stx-bake fmt ../meta-t'), ['../meta-toy']);
  t.deepEqual(bashReply(project, 'stx-bake --build-dir=../bui'), ['../build']);
  t.deepEqual(bashReply(project, 'stx-bake --no-such'), []);
});

test('bash at a prompt completes a command, a target with its task, and a file', async (t) => {
  await using project = await parsedProject();
  symlinkSync(join(project.path, 'bin/stx-bake'), join(project.path, 'stx-bake'));
  using shell = startInTerminal(['bash', '--norc', '-i'], {
    size: { rows: 24, columns: 100 },
    cwd: join(project.path, 'build'),
    environment: { ...environmentOf(project), PS1: '> ' },
  });
  const line = async (keys: string, then: string): Promise<void> => {
    shell.type(keys);
    await shell.seen(then);
    shell.type('\u0015');
  };
  shell.type('source <(stx-bake completion bash); echo re""ady\r');
  await shell.seen('ready');
  await line('stx-bake insp\tprov\t', 'stx-bake inspect providers ');
  await line('../stx-bake lib:st\t', '../stx-bake lib:stage ');
  await line('stx-bake fmt ../meta-toy/cl\t', 'stx-bake fmt ../meta-toy/classes/');
  shell.type('exit\r');
  t.is(await shell.done, 0, textOf(shell.terminal.screen()).join('\n'));
});

test('fish completes commands, options, targets and files', async (t) => {
  await using project = await parsedProject();
  const ask = (line: string): readonly string[] =>
    execFileSync('fish', ['--no-config', '-c', `stx-bake completion fish | source; complete -C '${line}'`], {
      cwd: join(project.path, 'build'),
      env: environmentOf(project),
      encoding: 'utf8',
    })
      .split('\n')
      .filter((each) => each !== '');
  t.deepEqual(
    ask('stx-bake inspect reci').map((each) => each.split('\t')[0]),
    ['recipe', 'recipes'],
  );
  t.deepEqual(ask('stx-bake lib:st'), ['lib:stage\ttask']);
  t.deepEqual(ask('stx-bake --cmd=comp'), ['--cmd=compile\ttask']);
  t.deepEqual(ask('../bin/stx-bake seco'), ['second-lib\trecipe']);
  t.deepEqual(ask('stx-bake fmt ../meta-t'), ['../meta-toy/']);
  t.regex(ask('stx-bake --dry')[0] ?? '', /^--dry-run\tsay what would run/);
});

test('zsh at a prompt completes a command, a target with its task, and a file', async (t) => {
  await using project = await parsedProject();
  using shell = startInTerminal(['zsh', '-f', '-i'], {
    size: { rows: 24, columns: 100 },
    cwd: join(project.path, 'build'),
    environment: environmentOf(project),
  });
  const line = async (keys: string, then: string): Promise<void> => {
    void shell.type(keys);
    await shell.seen(then);
    void shell.type('\u0015');
  };
  shell.type('autoload -U compinit; compinit -u -D; source <(stx-bake completion zsh); echo re""ady\r');
  await shell.seen('ready');
  await line('stx-bake insp\t', 'stx-bake inspect ');
  await line('stx-bake inspect prov\t', 'stx-bake inspect providers');
  await line('stx-bake lib:st\t', 'lib:stage');
  await line('stx-bake fmt ../meta-toy/cl\t', 'meta-toy/classes/');
  await line('stx-bake --cmd=comp\t', '--cmd=compile');
  shell.type('exit\r');
  t.is(await shell.done, 0, textOf(shell.terminal.screen()).join('\n'));
});
