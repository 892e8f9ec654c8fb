import test from 'ava';
import fc from 'fast-check';
import { commands } from '../../engine/app/command-line/command-table.ts';
import { parseCommandLine } from '../../engine/app/command-line/find-command.ts';
import { helpText, usageLine } from '../../engine/app/command-line/help-text.ts';
import { longName, takesValue } from '../../engine/app/command-line/option-table.ts';
import { StxError } from '../../engine/base/stx-error.ts';
import { storeDiagnostic } from '../../engine/messages/stored-diagnostic.ts';
import { diagnosticText } from '../../engine/ui/diagnostic-text.ts';

function run(...args: readonly string[]) {
  const request = parseCommandLine(args);
  if (request.kind !== 'run') throw new Error(`not a command: ${request.kind}`);
  return { path: request.command.path.join(' '), words: request.call.words, values: request.call.values };
}

function refusal(args: readonly string[]): string {
  try {
    parseCommandLine(args);
  } catch (error) {
    if (error instanceof StxError) return diagnosticText(storeDiagnostic(error.diagnostics[0]!), { base: '/' });
    throw error;
  }
  return 'not refused';
}

test('a first word that is no command is a target, wherever options stand', (t) => {
  const { path, words, values } = run('-k', '--build-dir', 'somewhere', 'app', '-c', 'compile', 'lib:fetch');
  t.is(path, '');
  t.deepEqual(words, ['app', 'lib:fetch']);
  t.like(values, { keepGoing: true, buildDirectory: 'somewhere', task: 'compile', dryRun: false });
});

test('`build` in front makes a target of the name of a command', (t) => {
  t.deepEqual(run('build', 'layers').words, ['layers']);
  t.is(run('build', 'layers').path, '');
});

test('short options may be joined, values may be joined to them, repeated ones are kept in order', (t) => {
  const { values, words } = run('-knccompile', '--runall=fetch', '--runall', 'patch', '-DDv', 'app');
  t.like(values, { keepGoing: true, dryRun: true, task: 'compile', runAll: ['fetch', 'patch'], debug: 2, verbose: 1 });
  t.deepEqual(words, ['app']);
});

test('what stands behind `--` is a word even if it begins with a dash', (t) => {
  t.deepEqual(run('-n', '--', '-k').words, ['-k']);
});

test('the last of several values of one option counts', (t) => {
  t.is(run('app', '-c', 'fetch', '-c', 'patch').values['task'], 'patch');
});

test('a command of two words has its own words and options', (t) => {
  const { path, words, values } = run('inspect', 'variable', '--json', '-r', 'lib', 'A');
  t.is(path, 'inspect variable');
  t.deepEqual(words, ['A']);
  t.like(values, { json: true, recipe: 'lib', flag: undefined });
  t.is(run('layers').path, 'layers');
  t.is(run('layers', '--json').path, 'layers');
});

/** Arguments, and the exact text of their refusal. */
const refused: readonly (readonly [readonly string[], string])[] = [
  [
    ['inspect', 'tasks', 'lib', '--jsno'],
    'stx-bake: error: `stx-bake inspect tasks` has no option `--jsno` [bad-option]\n   help: did you mean `--json`?',
  ],
  [
    ['inspect', 'tasks', 'lib', '--priority', '3'],
    'stx-bake: error: `stx-bake inspect tasks` has no option `--priority` [bad-option]\n   help: `--priority` is an option of `stx-bake layers create`',
  ],
  [
    ['layers', 'add', '-k', 'x'],
    'stx-bake: error: `stx-bake layers add` has no option `-k` [bad-option]\n   help: `-k` is an option of `stx-bake TARGET`',
  ],
  [
    ['--keep-goin', 'x'],
    'stx-bake: error: `stx-bake` has no option `--keep-goin` [bad-option]\n   help: did you mean `--continue`?',
  ],
  [
    ['-S', 'none', 'x'],
    'stx-bake: error: `stx-bake` has no option `-S` [bad-option]\n   help: `stx-bake -n TARGET` says which tasks would run and why',
  ],
  [
    ['--server-only'],
    'stx-bake: error: `stx-bake` has no option `--server-only` [bad-option]\n   help: there is no server: each command starts, works and ends',
  ],
  [['app', '-c'], 'stx-bake: error: `-c` needs a value [bad-option]\n   help: write the value behind it'],
  [
    ['-c', '-k', 'app'],
    'stx-bake: error: `-c` needs a value [bad-option]\n   help: if `-k` is the value, write `-c-k`',
  ],
  [['app', '--dry-run=yes'], 'stx-bake: error: `--dry-run` takes no value [bad-option]\n   help: write `--dry-run`'],
  [
    ['inspect', 'recipe'],
    'stx-bake: error: `stx-bake inspect recipe` lacks RECIPE [bad-argument]\n   help: write `stx-bake inspect recipe RECIPE`',
  ],
  [
    ['inspect', 'recipe', 'a', 'b'],
    'stx-bake: error: `stx-bake inspect recipe` has no use for `b` [bad-argument]\n   help: write `stx-bake inspect recipe RECIPE`',
  ],
  [
    ['inspect', 'varable', 'A'],
    'stx-bake: error: `inspect` does not know `varable` [bad-argument]\n   help: did you mean `variable`?',
  ],
  [
    ['layers', 'frob'],
    'stx-bake: error: `layers` does not know `frob` [bad-argument]\n   help: one of: create, add, remove; `stx-bake layers --help` explains them',
  ],
  [
    ['inspect'],
    'stx-bake: error: `inspect` needs to know what [bad-argument]\n   help: one of: variable, recipe, recipes, tasks, layers, providers, environment, files; `stx-bake inspect --help` explains them',
  ],
  [
    ['help', 'inspct'],
    'stx-bake: error: there is no command `inspct` [bad-argument]\n   help: did you mean `inspect`?',
  ],
  [
    ['inspect', 'recipe', ''],
    'stx-bake: error: `stx-bake inspect recipe` was given an empty word [bad-argument]\n   help: write `stx-bake inspect recipe RECIPE`',
  ],
];

for (const [args, text] of refused) {
  test(`\`stx-bake ${args.join(' ')}\` is refused with the way out`, (t) => {
    t.is(refusal(args), text);
  });
}

test('help is for everything, a group of commands, or one command', (t) => {
  t.deepEqual(parseCommandLine([]), { kind: 'help', path: [] });
  t.deepEqual(parseCommandLine(['-h']), { kind: 'help', path: [] });
  t.deepEqual(parseCommandLine(['help', 'layers', 'add']), { kind: 'help', path: ['layers', 'add'] });
  t.deepEqual(parseCommandLine(['inspect', '--help']), { kind: 'help', path: ['inspect'] });
  t.deepEqual(parseCommandLine(['inspect', 'tasks', '-h']), { kind: 'help', path: ['inspect', 'tasks'] });
  t.deepEqual(parseCommandLine(['--version']), { kind: 'version' });
});

for (const command of commands) {
  const title = command.path.join(' ') || 'TARGET';
  test(`the help of ${title} names its words and every option that it takes`, (t) => {
    const text = helpText(command.path);
    if (command.path.length > 0) t.true(text.includes(usageLine(command)));
    for (const [key, spec] of Object.entries(command.options)) {
      t.regex(text, new RegExp(`--${longName(key, spec)}\\b`));
      t.true(text.includes(spec.help), spec.help);
    }
    t.true(
      text.split('\n').every((line) => line.length <= 160),
      'lines that a terminal can show',
    );
  });
}

test('an option that several commands have takes a value in all of them or in none', (t) => {
  const arity = new Map<string, boolean>();
  for (const { options } of commands) {
    for (const [key, spec] of Object.entries(options)) {
      for (const name of [`--${longName(key, spec)}`, ...(spec.short === undefined ? [] : [`-${spec.short}`])]) {
        t.is(arity.get(name) ?? takesValue(spec), takesValue(spec), name);
        arity.set(name, takesValue(spec));
      }
    }
  }
  t.true(arity.size > 20);
});

test('no arguments whatever end in anything but a request or a refusal with a way out', (t) => {
  const pieces = [
    '-',
    '--',
    '-k',
    '-c',
    '-xyz',
    '--json',
    '--recipe=',
    '--=',
    'inspect',
    'layers',
    'help',
    'add',
    '',
    'é:\n',
    '--build-dir',
    '-h',
  ];
  const argument = fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 6 }));
  fc.assert(
    fc.property(fc.array(argument, { maxLength: 6 }), (args) => {
      try {
        return ['run', 'help', 'version'].includes(parseCommandLine(args).kind);
      } catch (error) {
        return error instanceof StxError && error.diagnostics.every((each) => (each.help ?? '') !== '');
      }
    }),
    { numRuns: 2000 },
  );
  t.pass();
});
