import type { BuildEvent } from '../../messages/build-event.ts';
import { openEventFile } from './follow-events.ts';
import { liveEventsPath } from './live-events.ts';

/** How far a build has come. */
export interface BuildProgress {
  readonly done: number;
  readonly total: number;
  /** Tasks that were started and have not ended, in the order of their starts. */
  readonly running: readonly string[];
}

/** How far the build in a build directory has come; `undefined` when its events cannot be read. */
export function buildProgress(buildDirectory: string, pid: number): BuildProgress | undefined {
  using file = openEventFile(liveEventsPath(buildDirectory));
  if (file?.header.pid !== pid) return undefined;
  return progressOf(file.read().flatMap((line) => ('event' in line ? [line.event] : [])));
}

/** Adds up events. */
export function progressOf(events: readonly BuildEvent[]): BuildProgress | undefined {
  const running = new Set<string>();
  let total: number | undefined;
  let done = 0;
  for (const event of events) {
    if (event.kind === 'plan') total = event.run + event.restore + event.open;
    else if (event.kind === 'task-started') running.add(event.task);
    else if (event.kind === 'task-settled' && event.as === 'up-to-date') done += 1;
    else if (event.kind === 'task-finished') {
      running.delete(event.task);
      if (event.action === 'run' || event.outcome.status === 'ok') done += 1;
    }
  }
  return total === undefined ? undefined : { done, total, running: [...running] };
}

const shownTasks = 3;

/** `34 of 120 tasks done, running a:do_compile, b:do_fetch and 2 more`. */
export function progressText({ done, total, running }: BuildProgress): string {
  const more = running.length > shownTasks ? ` and ${running.length - shownTasks} more` : '';
  const now = running.length === 0 ? '' : `, running ${running.slice(0, shownTasks).join(', ')}${more}`;
  return `${done} of ${total} tasks done${now}`;
}
