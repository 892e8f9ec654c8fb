import type { TerminalOutput, UiTime } from '../../engine/ui/build-ui.ts';

/** Time that passes when it is told to. */
export class ManualTime implements UiTime {
  #nowMs = 0;
  readonly #timers = new Set<{ readonly atMs: number; readonly call: () => void }>();

  readonly clock = { monotonicMs: () => this.#nowMs };

  elapsedMs(): number {
    return this.#nowMs;
  }

  after(ms: number, call: () => void): () => void {
    const timer = { atMs: this.#nowMs + ms, call };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Goes on to a time, and calls on the way whoever waits for it. */
  goTo(atMs: number): void {
    for (;;) {
      const [next] = [...this.#timers].filter((each) => each.atMs <= atMs).sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.call();
    }
    this.#nowMs = Math.max(this.#nowMs, atMs);
  }
}

/** A terminal that keeps what is written to it; its size may be set. */
export class KeptOutput implements TerminalOutput {
  columns = 80;
  rows = 24;
  colour = false;
  unicode = true;
  readonly writes: string[] = [];
  readonly #listeners = new Set<() => void>();

  write(text: string): void {
    this.writes.push(text);
  }

  onResize(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  }

  resize(rows: number, columns: number): void {
    this.rows = rows;
    this.columns = columns;
    for (const each of this.#listeners) each();
  }
}
