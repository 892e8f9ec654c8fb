import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { type Size, startInTerminal } from '../support/terminal.ts';

const program = fileURLToPath(new URL('../support/show-scene.ts', import.meta.url));

/** Compares with tests/ui/golden/NAME.txt; `UPDATE_GOLDEN=1 npx ava tests/ui` writes what there is now. */
function matches(t: ExecutionContext, name: string, text: string): void {
  const path = fileURLToPath(new URL(`golden/${name}.txt`, import.meta.url));
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, text);
  t.is(text, readFileSync(path, 'utf8'));
}

async function screenOf(size: Size, environment: Readonly<Record<string, string>> = {}) {
  using shown = startInTerminal([process.execPath, program], { size, cwd: '/', environment });
  const status = await shown.done;
  const screen = shown.terminal.screen();
  // What has scrolled off stands above the line.
  const rows = [...screen.scrolled, '-'.repeat(size.columns), ...screen.rows];
  return { status, screen, text: `${rows.join('\n').trimEnd()}\n`, raw: shown.writes.map(({ text }) => text).join('') };
}

const sizes: readonly Size[] = [
  { rows: 24, columns: 80 },
  { rows: 50, columns: 200 },
];

for (const size of sizes) {
  const name = `${size.columns}x${size.rows}`;
  test(`at ${name}: three tasks at work, one failed, one fetching`, async (t) => {
    const { status, screen, text } = await screenOf(size);
    t.is(status, 0);
    t.true(screen.hasColour);
    matches(t, name, text);
    // The cursor waits at the first row of the footer, which takes at most a third of the screen.
    const footer = screen.rows.slice(screen.cursor.row).filter((row) => row !== '');
    t.regex(footer[0] ?? '', /4\/28 tasks/);
    t.true(footer.length <= size.rows / 3);
  });

  test(`at ${name} without colour the same stands there`, async (t) => {
    const { screen, raw, text } = await screenOf(size, { NO_COLOR: '1' });
    t.false(screen.hasColour);
    t.notRegex(raw.replaceAll('\u001b', 'ESC'), /ESC\[[\d;]*m/);
    matches(t, name, text);
  });
}

test('a terminal without UTF-8 is shown ASCII alone', async (t) => {
  const { text } = await screenOf({ rows: 24, columns: 80 }, { LC_ALL: 'C' });
  t.regex(text, /^[\x20-\x7e\n]*$/);
  matches(t, '80x24-ascii', text);
});

test('a narrow terminal shows what matters most', async (t) => {
  const { text } = await screenOf({ rows: 16, columns: 40 });
  matches(t, '40x16', text);
});

test('where no terminal is, the build is plain lines', (t) => {
  const { stdout } = spawnSync(process.execPath, [program], { encoding: 'utf8', env: { TERM: 'xterm' } });
  matches(t, 'plain', stdout);
  t.false(stdout.includes('\u001b') || stdout.includes('\r'));
});

test('a dumb terminal gets the plain lines', async (t) => {
  const { raw } = await screenOf({ rows: 24, columns: 80 }, { TERM: 'dumb' });
  matches(t, 'plain', raw.replaceAll('\r\n', '\n'));
});
