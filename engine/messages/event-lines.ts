import type { BuildEvent } from './build-event.ts';
import { knownEvent } from './known-event.ts';

/** Name and version of the form in which the events of a build are kept: JSON, one line each. */
export const eventFormat = 'stx-events-1';

/** The first line: which call these are the events of. */
export interface EventHeader {
  readonly format: string;
  /** The words behind `stx-bake`. */
  readonly command: readonly string[];
  readonly pid: number;
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
}

/** A line behind it: an event, milliseconds after the start; last of all what the call ended with. */
export type EventLine =
  | { readonly ms: number; readonly event: BuildEvent }
  | { readonly ms: number; readonly exitCode: number };

/** A header or an event as a line, with its end. */
export function formatEventLine(line: EventHeader | EventLine): string {
  return `${JSON.stringify(line)}\n`;
}

/** The header; `undefined` for what is none of this version. */
export function parseEventHeader(line: string): EventHeader | undefined {
  const found = parse(line) as Partial<EventHeader> | undefined;
  if (found?.format !== eventFormat || !Array.isArray(found.command)) return undefined;
  if (typeof found.pid !== 'number' || typeof found.startedAtMs !== 'number') return undefined;
  return found as EventHeader;
}

/** A line behind the header; `undefined` for one that was cut off, or that this version does not know. */
export function parseEventLine(line: string): EventLine | undefined {
  const found = parse(line) as
    | { readonly ms?: unknown; readonly event?: unknown; readonly exitCode?: unknown }
    | undefined;
  if (typeof found?.ms !== 'number') return undefined;
  const { ms, exitCode } = found;
  if (typeof exitCode === 'number') return { ms, exitCode };
  const event = knownEvent(found.event);
  return event === undefined ? undefined : { ms, event };
}

function parse(line: string): unknown {
  try {
    const found: unknown = JSON.parse(line);
    return typeof found === 'object' && found !== null ? found : undefined;
  } catch {
    return undefined;
  }
}
