import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import xterm from '@xterm/headless';

/** Rows and columns. */
export interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** What a terminal shows: the rows of the screen, and what has scrolled off its top. */
export interface Screen {
  readonly rows: readonly string[];
  readonly scrolled: readonly string[];
  readonly cursor: { readonly row: number; readonly column: number };
  /** Whether any cell of the screen has a colour or is bold. */
  readonly hasColour: boolean;
}

/** A terminal that takes what programs write. */
export class TestTerminal {
  readonly #terminal: xterm.Terminal;

  constructor({ rows, columns }: Size) {
    this.#terminal = new xterm.Terminal({ rows, cols: columns, scrollback: 10_000, allowProposedApi: true });
  }

  write(text: string): Promise<void> {
    return new Promise((resolve) => this.#terminal.write(text, resolve));
  }

  resize({ rows, columns }: Size): void {
    this.#terminal.resize(columns, rows);
  }

  screen(): Screen {
    const { active } = this.#terminal.buffer;
    const line = (index: number): string => active.getLine(index)?.translateToString(true) ?? '';
    const rows = Array.from({ length: this.#terminal.rows }, (_, row) => line(active.baseY + row));
    const scrolled = Array.from({ length: active.baseY }, (_, row) => line(row));
    return { rows, scrolled, cursor: { row: active.cursorY, column: active.cursorX }, hasColour: this.#hasColour() };
  }

  #hasColour(): boolean {
    const { active } = this.#terminal.buffer;
    for (let row = 0; row < active.length; row++) {
      for (let column = 0; column < this.#terminal.cols; column++) {
        const cell = active.getLine(row)?.getCell(column);
        if (cell !== undefined && !cell.isAttributeDefault()) return true;
      }
    }
    return false;
  }
}

/** All rows that are not empty, those that scrolled off first. */
export function textOf(screen: Screen): readonly string[] {
  return [...screen.scrolled, ...screen.rows].filter((row) => row !== '');
}

/** A program in a terminal of its own. */
export interface TerminalProgram extends Disposable {
  readonly child: ChildProcess;
  readonly terminal: TestTerminal;
  /** What was written so far, and when: milliseconds. */
  readonly writes: readonly { readonly atMs: number; readonly text: string }[];
  /** Resolves when what was written, or a row of the screen, holds the text; rejects when the program ends first. */
  seen(text: string): Promise<void>;
  resize(size: Size): void;
  /** Presses keys. */
  type(keys: string): void;
  readonly done: Promise<number | null>;
}

/** Starts a program in a terminal (`in-terminal.py`), with the environment given and PATH. */
export function startInTerminal(
  command: readonly string[],
  { size, cwd, environment }: { size: Size; cwd: string; environment?: Readonly<Record<string, string>> },
): TerminalProgram {
  const program = fileURLToPath(new URL('in-terminal.py', import.meta.url));
  const child = spawn('python3', [program, String(size.rows), String(size.columns), ...command], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: cwd, TERM: 'xterm-256color', LANG: 'C.UTF-8', ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const terminal = new TestTerminal(size);
  const writes: { atMs: number; text: string }[] = [];
  const waiting: (() => void)[] = [];
  let all = '';
  let written: Promise<void> = Promise.resolve();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    writes.push({ atMs: performance.now(), text });
    all += text;
    written = terminal.write(text);
    for (const each of waiting) each();
  });
  const done = new Promise<number | null>((resolve) => {
    child.on('close', (status) => void written.then(() => resolve(status)));
  });
  const seen = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        void written.then(() => {
          if (all.includes(text) || terminal.screen().rows.some((row) => row.includes(text))) resolve();
        });
      };
      waiting.push(look);
      look();
      void done.then(() => reject(new Error(`ended before it wrote ${text}:\n${all}`)));
    });
  const resize = (to: Size): void => {
    terminal.resize(to);
    child.stdin.write(`resize ${to.rows} ${to.columns}\n`);
  };
  const type = (keys: string): void => {
    child.stdin.write(`type ${Buffer.from(keys).toString('hex')}\n`);
  };
  return { child, terminal, writes, seen, resize, type, done, [Symbol.dispose]: () => child.stdin.destroy() };
}
