import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { commands } from '../../engine/app/command-line/command-table.ts';
import { parseCommandLine, titleOf } from '../../engine/app/command-line/find-command.ts';
import { helpText } from '../../engine/app/command-line/help-text.ts';
import { manPage } from '../../engine/app/command-line/man-page.ts';
import { longName } from '../../engine/app/command-line/option-table.ts';
import { exitCodeMeanings, exitCodes } from '../../engine/app/exit-codes.ts';

/** The calls that the help of a command shows as examples, as words. */
function examplesOf(details: readonly string[]): readonly (readonly string[])[] {
  return details.flatMap((detail) => {
    const [, shown = ''] = detail.split('Example: ');
    return [...shown.matchAll(/`stx-bake ([^`]*)`/g)].map(([, words = '']) => words.split(' '));
  });
}

for (const command of commands) {
  const title = titleOf(command.path);
  test(`the help of \`${title}\` has an example, and the examples are calls of it`, (t) => {
    const examples = examplesOf(command.details);
    t.true(examples.length > 0);
    for (const words of examples) {
      const request = parseCommandLine(words);
      t.true(request.kind === 'run' && request.command === command, words.join(' '));
      t.true(helpText(command.path).includes(words.join(' ')));
    }
  });
}

const page = manPage();

test('the manual names every command with its words, every option and every exit code', (t) => {
  for (const { path, options, summary } of commands) {
    t.true(page.includes(titleOf(path).replaceAll('-', '\\-')), path.join(' '));
    for (const [key, spec] of Object.entries(options))
      t.true(page.includes(`\\-\\-${longName(key, spec).replaceAll('-', '\\-')}`), key);
    t.true(page.includes(summary.slice(1, 12).replaceAll('-', '\\-').replaceAll(/[`']/g, '')) || summary.includes('`'));
  }
  for (const code of Object.values(exitCodes)) t.regex(page, new RegExp(`^\\.B ${code}$`, 'm'));
});

test('every exit code has one meaning, and no two are the same number', (t) => {
  t.deepEqual(Object.keys(exitCodeMeanings), Object.keys(exitCodes));
  t.is(new Set(Object.values(exitCodes)).size, Object.keys(exitCodes).length);
});

test('no other number is exited with in the code of the program', (t) => {
  const main = readFileSync(fileURLToPath(new URL('../../engine/app/main.ts', import.meta.url)), 'utf8');
  const numbers = [...main.matchAll(/process\.exit\((\d+)\)/g)].map(([, code]) => Number(code));
  t.true(numbers.length > 0);
  for (const code of numbers)
    t.true(
      Object.values(exitCodes).some((each) => each === code),
      String(code),
    );
});

test('groff sets the manual without a warning', (t) => {
  const { status, stderr } = spawnSync('groff', ['-man', '-ww', '-z', '-Tutf8'], { input: page, encoding: 'utf8' });
  t.is(stderr, '');
  t.is(status, 0);
});

test('mandoc finds no error in the manual', (t) => {
  const { stdout } = spawnSync('mandoc', ['-T', 'lint', '-W', 'error'], { input: page, encoding: 'utf8' });
  t.is(stdout, '');
});

test('man shows the manual', (t) => {
  const path = fileURLToPath(new URL('../../docs/reference/stx-bake.1', import.meta.url));
  const environment = { ...process.env, MANWIDTH: '100', MAN_KEEP_FORMATTING: '', LC_ALL: 'C.UTF-8' };
  const { status, stdout } = spawnSync('man', ['-l', path], { encoding: 'utf8', env: environment });
  t.is(status, 0);
  t.regex(stdout, /^ {7}stx-bake inspect variable \[OPTIONS\] NAME$/m);
  t.regex(stdout, /^ {7}-k, --continue$/m);
  t.true(stdout.includes('`') === false && stdout.includes('EXIT STATUS'));
});
