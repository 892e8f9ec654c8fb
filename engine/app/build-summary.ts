import { dirname } from 'node:path';
import { systemClock } from '../base/clock.ts';
import type { BuildEvent } from '../messages/build-event.ts';
import type { StoredDiagnostic } from '../messages/stored-diagnostic.ts';
import type { Target } from '../taskgraph/parse-target.ts';
import { exitCodes } from './exit-codes.ts';
import { sayInterrupted } from './interrupt.ts';

/** Listens to a build and says at its end what came of it. */
export class BuildSummary {
  readonly #targets: readonly Target[];
  readonly #startMs: number;
  readonly #signal: AbortSignal;
  readonly #program: string;
  readonly #say: (text: string) => void;
  readonly #deployed = new Set<string>();
  readonly #failed: string[] = [];
  /** Errors that made no task fail: bb.error, a failed handler. */
  #errors = 0;
  #counts = { ran: 0, restored: 0, upToDate: 0 };

  constructor(about: {
    readonly targets: readonly Target[];
    readonly startMs: number;
    readonly signal: AbortSignal;
    /** What starts stx-bake, for commands that are suggested. */
    readonly program: string;
    /** Standard output. */
    say(text: string): void;
  }) {
    this.#targets = about.targets;
    this.#startMs = about.startMs;
    this.#signal = about.signal;
    this.#program = about.program;
    this.#say = (text) => about.say(text);
  }

  take(event: BuildEvent): void {
    if (event.kind === 'plan') this.#counts.upToDate = event.upToDate;
    else if (event.kind === 'task-finished' && event.outcome.status === 'failed' && event.action === 'run') {
      this.#failed.push(event.task);
    } else if (event.kind === 'task-finished' && event.outcome.status === 'ok') {
      this.#count(event.outcome.warnings);
      if (event.task.endsWith(':do_deploy'))
        for (const { path } of event.outcome.artifacts) this.#deployed.add(dirname(path));
    } else if (event.kind === 'diagnostic') this.#count([event.diagnostic]);
    else if (event.kind === 'finished') this.#counts = { ...this.#counts, ran: event.ran, restored: event.restored };
  }

  #count(said: readonly StoredDiagnostic[]): void {
    this.#errors += said.filter((each) => each.severity === 'error').length;
  }

  /** Prints the result; gives the exit code. */
  print(): number {
    const seconds = ((systemClock.monotonicMs() - this.#startMs) / 1000).toFixed(1);
    const names = this.#targets.map((target) => target.name).join(' ');
    const { ran, restored } = this.#counts;
    if (this.#signal.aborted) return sayInterrupted(this.#startMs);
    if (this.#failed.length > 0) {
      const again = this.#failed.map((task) => `${this.#program} ${task.replace(':do_', ':')}`).join(', ');
      process.stderr.write(`stx-bake: failed: ${this.#failed.join(', ')} (${seconds} s); to try again: ${again}\n`);
      return exitCodes.failed;
    }
    if (this.#errors > 0) {
      process.stderr.write(
        `stx-bake: failed: ${this.#errors === 1 ? 'an error was' : `${this.#errors} errors were`} reported above (${seconds} s)\n`,
      );
      return exitCodes.failed;
    }
    const done = ran + restored === 0 ? 'nothing to do, all is up to date' : `${ran} tasks ran, ${restored} restored`;
    const folders = [...this.#deployed];
    // What was deployed as a folder lies in one that is told.
    const highest = folders.filter((each) => !folders.some((other) => each.startsWith(`${other}/`)));
    for (const folder of highest) this.#say(`stx-bake: deployed to ${folder}\n`);
    this.#say(`stx-bake: ${names}: ${done} (${seconds} s)\n`);
    return exitCodes.ok;
  }
}
