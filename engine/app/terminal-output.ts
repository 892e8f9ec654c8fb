import type { WriteStream } from 'node:tty';
import { systemClock } from '../base/clock.ts';
import type { BuildUi, TerminalOutput, UiOptions } from '../ui/build-ui.ts';
import { LineUi } from '../ui/line-ui.ts';
import { TerminalUi } from '../ui/terminal-ui.ts';

/** How a view of a build is opened. */
export interface ViewOptions extends UiOptions {
  /** Where it is shown; else standard output. */
  readonly stream?: WriteStream | undefined;
  /** Milliseconds since the build began; else since now. */
  readonly elapsedMs?: (() => number) | undefined;
  /** Aborted: somebody else is about to write on the terminal. */
  readonly signal?: AbortSignal | undefined;
}

/** The view of a build that fits where it is shown: a terminal that can be written over, or lines. */
export function openView(options: ViewOptions): BuildUi & Disposable {
  const { stream = process.stdout, elapsedMs = sinceNow(), signal } = options;
  const isTerminal = stream.isTTY === true && !['', 'dumb'].includes(process.env['TERM'] ?? '');
  if (!isTerminal) return closing(new LineUi({ write: (text) => stream.write(text) }, options));
  const time = { clock: systemClock, elapsedMs, after };
  const view = new TerminalUi(terminalOutput(stream), options, time);
  signal?.addEventListener('abort', () => view.makeRoom());
  const close = (): void => view.close();
  // Stopped by Ctrl-Z and brought back: the shell has written meanwhile.
  const onContinued = (): void => view.startBelow();
  process.once('exit', close);
  process.on('SIGCONT', onContinued);
  return closing(view, () => process.off('exit', close).off('SIGCONT', onContinued));
}

/** What starts stx-bake again in the same build directory. */
export function programText(buildDirectory: string | undefined): string {
  return buildDirectory === undefined ? './stx-bake' : `./stx-bake --build-dir ${buildDirectory}`;
}

/** A terminal as the view sees it. Colour: NO_COLOR; block elements: the locale. */
function terminalOutput(stream: WriteStream): TerminalOutput {
  const { NO_COLOR, LC_ALL, LC_CTYPE, LANG } = process.env;
  return {
    get columns() {
      return stream.columns || 80;
    },
    get rows() {
      return stream.rows || 24;
    },
    colour: NO_COLOR === undefined || NO_COLOR === '',
    unicode: /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || ''),
    write: (text) => stream.write(text),
    onResize: (changed) => {
      stream.on('resize', changed);
      return () => stream.off('resize', changed);
    },
  };
}

function sinceNow(): () => number {
  const startMs = systemClock.monotonicMs();
  return () => systemClock.monotonicMs() - startMs;
}

function after(ms: number, call: () => void): () => void {
  const timer = setTimeout(call, ms).unref();
  return () => clearTimeout(timer);
}

function closing(view: BuildUi, closed: () => void = () => undefined): BuildUi & Disposable {
  return {
    show: (event, atMs) => view.show(event, atMs),
    close: () => view.close(),
    [Symbol.dispose]: () => {
      view.close();
      closed();
    },
  };
}
