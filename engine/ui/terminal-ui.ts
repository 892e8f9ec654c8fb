import type { BuildEvent } from '../messages/build-event.ts';
import { roughDuration } from './amounts.ts';
import { endedLines, type LineStyle, planText } from './build-lines.ts';
import { BuildModel } from './build-model.ts';
import type { BuildUi, TerminalOutput, UiOptions, UiTime } from './build-ui.ts';
import { diagnosticText } from './diagnostic-text.ts';
import { footerLines } from './footer.ts';
import { printable } from './text-width.ts';

/** At most ten drawings a second; one a second while nothing but time passes. */
const frameMs = 100;
const tickMs = 1000;

const eraseBelow = '\u001b[J';
const eraseToRight = '\u001b[K';
/** Terminals that know it show all that is written between at once. */
const together = ['\u001b[?2026h', '\u001b[?2026l'] as const;

/**
 * Shows a build on a terminal: lines scroll as ever, and below them stand a few that are written over. Between drawings
 * the cursor waits at the start of these, so that a change of size moves it with them, and what somebody else
 * writes pushes nothing off the screen.
 */
export class TerminalUi implements BuildUi {
  readonly #output: TerminalOutput;
  readonly #options: UiOptions;
  readonly #time: UiTime;
  readonly #model = new BuildModel();
  readonly #stopResize: () => void;
  #lines: string[] = [];
  #shown: readonly string[] = [];
  #size = '';
  #drawnAtMs = Number.NEGATIVE_INFINITY;
  #due: { readonly atMs: number; readonly cancel: () => void } | undefined;
  #isClosed = false;

  constructor(output: TerminalOutput, options: UiOptions, time: UiTime) {
    this.#output = output;
    this.#options = options;
    this.#time = time;
    this.#stopResize = output.onResize(() => this.#drawSoon());
  }

  show(event: BuildEvent, atMs: number = this.#time.elapsedMs()): void {
    const before = event.kind === 'task-finished' ? this.#model.working.get(event.task) : undefined;
    this.#model.take(event, atMs);
    if (event.kind === 'note') this.#lines.push(printable(event.text));
    else if (event.kind === 'diagnostic') this.#lines.push(diagnosticText(event.diagnostic, this.#options));
    else if (event.kind === 'plan') this.#plan(event);
    else if (event.kind === 'task-finished') this.#lines.push(...endedLines(event, before, this.#style()));
    if (event.kind === 'finished' || this.#isClosed) this.#draw();
    else this.#drawSoon();
  }

  /** Somebody else has written below the view: what stands there is left alone, and all is drawn anew behind it. */
  startBelow(): void {
    this.#shown = [];
    this.#size = '';
    this.#drawSoon();
  }

  /** Takes away what does not stay, so that somebody else can write; the next drawing brings it back. */
  makeRoom(): void {
    this.#output.write(`\r${eraseBelow}`);
    this.#shown = [];
    this.#size = '';
    this.#drawAfter(frameMs);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopResize();
    this.#draw();
  }

  #plan(plan: Extract<BuildEvent, { kind: 'plan' }>): void {
    if (this.#model.total === 0) return;
    const time = plan.expectedMs === undefined ? '' : `, about ${roughDuration(plan.expectedMs)}`;
    this.#lines.push(planText(plan) + time);
  }

  #drawSoon(): void {
    if (this.#isClosed) return;
    const wait = this.#drawnAtMs + frameMs - this.#time.clock.monotonicMs();
    if (wait <= 0) this.#draw();
    else this.#drawAfter(wait);
  }

  #drawAfter(ms: number): void {
    const atMs = this.#time.clock.monotonicMs() + ms;
    if (this.#due !== undefined) {
      if (this.#due.atMs <= atMs) return;
      this.#due.cancel();
    }
    this.#due = { atMs, cancel: this.#time.after(ms, () => this.#draw()) };
  }

  #draw(): void {
    this.#due?.cancel();
    this.#due = undefined;
    this.#drawnAtMs = this.#time.clock.monotonicMs();
    const { columns, rows, colour, unicode } = this.#output;
    const nowMs = this.#time.elapsedMs();
    const footer = this.#isClosed ? [] : footerLines(this.#model, { columns, rows, colour, unicode, nowMs });
    const text = this.#difference(footer, `${columns}x${rows}`);
    if (text !== '') this.#output.write(text);
    if (this.#model.working.size > 0 && !this.#isClosed) this.#drawAfter(tickMs);
  }

  /** What brings the screen from the last drawing to this one. */
  #difference(footer: readonly string[], size: string): string {
    const before = this.#shown;
    const lines = this.#lines;
    const mustClear = lines.length > 0 || before.length !== footer.length || size !== this.#size;
    this.#lines = [];
    this.#shown = footer;
    this.#size = size;
    if (!mustClear) return rewritten(before, footer);
    if (lines.length === 0 && before.length === 0 && footer.length === 0) return '';
    const clear = before.length === 0 ? '' : `\r${eraseBelow}`;
    const scrolled = lines.map((line) => `${line.replaceAll('\n', '\r\n')}\r\n`).join('');
    const drawn = clear + scrolled + footer.join('\r\n') + backTo(footer.length - 1);
    return before.length === 0 && footer.length === 0 ? drawn : together[0] + drawn + together[1];
  }

  #style(): LineStyle {
    const { columns, colour, unicode } = this.#output;
    const { base, quiet = false, program = 'stx-bake' } = this.#options;
    return { columns, colour, unicode, base, quiet, program };
  }
}

/** Only the lines that differ are written; the rows are there. */
function rewritten(before: readonly string[], after: readonly string[]): string {
  let text = '';
  let row = 0;
  for (const [index, line] of after.entries()) {
    if (line === before[index]) continue;
    text += `${'\n'.repeat(index - row)}\r${line}${eraseToRight}`;
    row = index;
  }
  return text === '' ? '' : together[0] + text + backTo(row) + together[1];
}

function backTo(rows: number): string {
  return rows > 0 ? `\r\u001b[${rows}A` : rows === 0 ? '\r' : '';
}
