import type { BuildEvent } from '../messages/build-event.ts';
import { type HoldReason, holdReasonText } from '../messages/hold-reason.ts';
import { reasonText } from '../messages/reason.ts';
import { planText, secondsText, unrestorableText } from './build-lines.ts';
import type { BuildUi, TextOutput, UiOptions } from './build-ui.ts';
import { diagnosticText } from './diagnostic-text.ts';

/** Shows a build as plain lines, one when a task starts and one when it ends: for files, pipes and dumb terminals. */
export class LineUi implements BuildUi {
  readonly #output: TextOutput;
  readonly #base: string;
  readonly #quiet: boolean;
  readonly #program: string;
  #done = 0;
  #total = 0;

  constructor(output: TextOutput, options: UiOptions) {
    this.#output = output;
    this.#base = options.base;
    this.#quiet = options.quiet ?? false;
    this.#program = options.program ?? 'stx-bake';
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
      case 'task-finished':
        this.#finished(event);
        break;
      case 'task-settled':
        if (event.as === 'up-to-date') this.#done += 1;
        break;
      case 'held':
        this.#held(event.reason);
        break;
      case 'task-progress':
      case 'finished':
        break;
    }
  }

  close(): void {
    // Nothing is held back.
  }

  /** What the machine is short of; the limits that recipes set are met all the time. */
  #held(reason: HoldReason | undefined): void {
    const isOfMachine = reason?.kind === 'pressure' || reason?.kind === 'load' || reason?.kind === 'memory';
    if (isOfMachine && !this.#quiet) this.#line(`  wait   ${holdReasonText(reason)}`);
  }

  #started(event: Extract<BuildEvent, { kind: 'task-started' }>): void {
    const why =
      event.action === 'restore' ? 'restoring' : event.reason === undefined ? 'running' : reasonText(event.reason);
    if (!this.#quiet) this.#line(`  start  ${event.task} (${why})`);
  }

  #finished(event: Extract<BuildEvent, { kind: 'task-finished' }>): void {
    const { outcome, task } = event;
    const isUnrestorable = outcome.status === 'failed' && event.action === 'restore';
    // A task that could not be restored runs instead, and is counted then.
    if (!isUnrestorable) this.#done += 1;
    const seconds = secondsText(outcome.durationMs);
    if (outcome.status === 'ok') {
      for (const warning of outcome.warnings) this.#line(diagnosticText(warning, { base: this.#base }));
      if (!this.#quiet) this.#line(`  done   ${task} ${seconds} [${this.#done}/${this.#total}]`);
    } else if (isUnrestorable) {
      if (!this.#quiet) this.#line(unrestorableText(task, outcome));
    } else if (outcome.status === 'cancelled') this.#line(`  stopped ${task}`);
    else {
      this.#line(`  FAILED ${task} after ${seconds}`);
      for (const diagnostic of outcome.diagnostics) this.#line(diagnosticText(diagnostic, { base: this.#base }));
      this.#line(`   to look around where it failed: ${this.#program} shell ${task.replace(':do_', ':')}`);
    }
  }

  #line(text: string): void {
    this.#output.write(`${text}\n`);
  }
}
