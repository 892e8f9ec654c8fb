import type { BuildEvent } from '../messages/build-event.ts';
import { reasonText } from '../messages/reason.ts';
import { diagnosticText } from './diagnostic-text.ts';

/** Where text goes; `isTerminal` allows a status line that is written over. */
export interface TextOutput {
  readonly isTerminal: boolean;
  readonly columns: number;
  write(text: string): void;
}

/** Shows a build as lines: one when a task starts, one when it ends, the rest on a status line of a terminal. */
export class LineUi {
  readonly #output: TextOutput;
  readonly #base: string;
  readonly #quiet: boolean;
  readonly #running = new Map<string, string>();
  #done = 0;
  #total = 0;
  #hasStatus = false;

  constructor(output: TextOutput, options: { readonly base: string; readonly quiet?: boolean }) {
    this.#output = output;
    this.#base = options.base;
    this.#quiet = options.quiet ?? false;
  }

  show(event: BuildEvent): void {
    switch (event.kind) {
      case 'note':
        this.#line(event.text);
        break;
      case 'diagnostic':
        this.#line(diagnosticText(event.diagnostic, { base: this.#base }));
        break;
      case 'plan':
        this.#total = event.run + event.restore + event.open;
        if (this.#total > 0) this.#line(planText(event));
        break;
      case 'task-started':
        this.#started(event);
        break;
      case 'task-progress':
        this.#running.set(event.task, event.text);
        this.#status();
        break;
      case 'task-finished':
        this.#finished(event);
        break;
      case 'task-settled':
        if (event.as === 'up-to-date') this.#done += 1;
        this.#status();
        break;
      case 'finished':
        this.#clear();
        break;
    }
  }

  #started(event: Extract<BuildEvent, { kind: 'task-started' }>): void {
    this.#running.set(event.task, '');
    const why =
      event.action === 'restore' ? 'restoring' : event.reason === undefined ? 'running' : reasonText(event.reason);
    if (!this.#quiet) this.#line(`  start  ${event.task} (${why})`);
  }

  #finished(event: Extract<BuildEvent, { kind: 'task-finished' }>): void {
    this.#running.delete(event.task);
    const { outcome } = event;
    const isUnrestorable = outcome.status === 'failed' && event.action === 'restore';
    // A task that could not be restored runs instead, and is counted then.
    if (!isUnrestorable) this.#done += 1;
    const seconds = (outcome.durationMs / 1000).toFixed(1);
    if (outcome.status === 'ok') {
      for (const warning of outcome.warnings) this.#line(diagnosticText(warning, { base: this.#base }));
      if (!this.#quiet) this.#line(`  done   ${event.task} ${seconds} s [${this.#done}/${this.#total}]`);
    } else if (isUnrestorable) {
      const why = outcome.diagnostics.map((each) => each.message).join('; ');
      if (!this.#quiet) this.#line(`  cannot restore ${event.task}, so it is made anew: ${why}`);
    } else if (outcome.status === 'cancelled') this.#line(`  stopped ${event.task}`);
    else {
      this.#line(`  FAILED ${event.task} after ${seconds} s`);
      for (const diagnostic of outcome.diagnostics) this.#line(diagnosticText(diagnostic, { base: this.#base }));
    }
  }

  #line(text: string): void {
    this.#clear();
    this.#output.write(`${text}\n`);
    this.#status();
  }

  #status(): void {
    if (!this.#output.isTerminal || this.#running.size === 0) return;
    const tasks = [...this.#running].map(([task, text]) => (text === '' ? task : `${task} ${text}`));
    const text = `[${this.#done}/${this.#total}] ${tasks.join(', ')}`;
    this.#output.write(`\r\u001b[K${text.slice(0, this.#output.columns - 1)}`);
    this.#hasStatus = true;
  }

  #clear(): void {
    if (this.#hasStatus) this.#output.write('\r\u001b[K');
    this.#hasStatus = false;
  }
}

function planText(plan: Extract<BuildEvent, { kind: 'plan' }>): string {
  const parts = [`${plan.run} to run`];
  if (plan.open > 0) parts.push(`${plan.open} that may run`);
  if (plan.restore > 0) parts.push(`${plan.restore} to restore from sstate`);
  if (plan.upToDate > 0) parts.push(`${plan.upToDate} up to date`);
  return `tasks: ${parts.join(', ')}`;
}
