import { systemClock } from '../base/clock.ts';
import type { BuildEvent } from '../messages/build-event.ts';
import type { Target } from '../taskgraph/parse-target.ts';
import { BuildSummary } from './build-summary.ts';
import type { BuildCall } from './command-line/command-options.ts';
import { EventsFile } from './live/events-file.ts';
import { LiveEvents } from './live/live-events.ts';
import { openView, programText } from './terminal-output.ts';

/** All who are told of a build: the view, those who attach, the file of `--events`, the summary. */
export interface BuildAudience extends Disposable {
  tell(event: BuildEvent): void;
  /** Says what came of the build; gives the exit code. */
  end(): Promise<number>;
}

/** Begins to tell. Throws StxError when the file of `--events` cannot be written. */
export function openAudience(about: {
  readonly options: BuildCall;
  readonly buildDirectory: string;
  readonly targets: readonly Target[];
  /** `systemClock.monotonicMs()` when the program started. */
  readonly startMs: number;
  readonly signal: AbortSignal;
}): BuildAudience {
  const { options, startMs, signal } = about;
  const program = programText(options.buildDirectory);
  const command = process.argv.slice(2);
  // Events on standard output leave the words for people to standard error.
  const stream = options.events === '-' ? process.stderr : process.stdout;
  const view = openView({
    ...{ base: process.cwd(), quiet: options.quiet, program, signal, stream },
    elapsedMs: () => systemClock.monotonicMs() - startMs,
  });
  const onTrouble = (text: string): void => view.show({ kind: 'note', text });
  const file = options.events === undefined ? undefined : new EventsFile(options.events, command, onTrouble);
  const live = new LiveEvents(about.buildDirectory, command);
  const summary = new BuildSummary({ ...about, program, say: (text) => stream.write(text) });
  return {
    tell: (event) => {
      view.show(event);
      live.take(event);
      file?.take(event);
      summary.take(event);
    },
    end: async () => {
      view.close();
      const exitCode = summary.print();
      live.end(exitCode);
      await file?.end(exitCode);
      return exitCode;
    },
    [Symbol.dispose]: () => {
      view[Symbol.dispose]();
      live[Symbol.dispose]();
    },
  };
}
