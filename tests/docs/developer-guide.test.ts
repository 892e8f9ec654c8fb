import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { parseCommandLine } from '../../engine/app/command-line/find-command.ts';
import { oldCommands, translateOldCommand } from '../../engine/app/command-line/old-commands.ts';
import { StxError } from '../../engine/base/stx-error.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/developer-guide.md'), 'utf8');
const table = page.slice(page.indexOf('| old | new |')).split('\n\n')[0] ?? '';
const rows = [...table.matchAll(/^\| `([^`]+)` \| `stx-bake ([^`]+)` \|$/gm)].map(([, old = '', now = '']) => ({
  old,
  now,
}));

/** What an old call becomes, or the way that its refusal tells. */
function answerTo(old: string): string {
  try {
    return `runs ${translateOldCommand(old.split(' '))?.args.join(' ')}`;
  } catch (error) {
    if (!(error instanceof StxError)) throw error;
    return `tells ${error.diagnostics[0]?.help}`;
  }
}

test('each old command of the developer guide becomes the new one beside it, or tells it', (t) => {
  t.true(rows.length > 20);
  for (const { old, now } of rows) {
    const answer = answerTo(old);
    if (answer.startsWith('runs ')) t.is(answer, `runs ${now}`, old);
    else
      t.true(
        answer.includes(
          now
            .replace(/ (TARGET|RECIPE).*$/, '')
            .split(' ')
            .slice(0, 2)
            .join(' '),
        ),
        `${old}: ${answer}`,
      );
  }
  const shown = new Set(rows.map(({ old }) => old.split(' ')[0]));
  const running = oldCommands().filter(({ runs }) => runs);
  const names = new Set(running.map(({ old }) => old.split(' ')[0] ?? ''));
  // A `*` stands for the word of a project or system.
  const isShown = (name: string): boolean =>
    [...shown].some((word = '') => new RegExp(`^${name.replaceAll('.', '[.]').replace('*', '.+')}$`).test(word));
  const missing = [...names].filter((name) => !isShown(name));
  // Other names of what the guide shows.
  for (const name of missing) {
    const now = running.find(({ old }) => old === name)?.now;
    t.true(
      running.some((each) => each.now === now && shown.has(each.old.split(' ')[0] ?? '')),
      name,
    );
  }
});

test('every command that the developer guide shows is one', (t) => {
  const calls = [
    ...page.matchAll(/`(?:\.\/)?stx-bake ([^`[]+)/g),
    ...page.matchAll(/^(?:\.\/)?stx-bake (.+?)(?: {2,}#.*)?$/gm),
  ];
  t.true(calls.length > 40);
  for (const [, text = ''] of calls) {
    const words = text
      .trim()
      .split(/\s+/)
      .filter((each) => each !== '[--json]');
    t.notThrows(() => parseCommandLine(words), text);
  }
});
