import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout } from 'node:timers/promises';
import { type EventHeader, type EventLine, parseEventHeader, parseEventLine } from '../../messages/event-lines.ts';

const lookAgainMs = 100;
const chunkBytes = 256 * 1024;

/** The file of a build's events, opened. */
export interface EventFile extends Disposable {
  readonly header: EventHeader;
  /** The whole lines that have come since the last call; those that are no events are left out. */
  read(): readonly EventLine[];
}

/** Opens a file of events; `undefined` when there is none of this version. */
export function openEventFile(path: string): EventFile | undefined {
  const lines = openLines(path);
  const [first = '', ...rest] = lines?.read() ?? [];
  const header = parseEventHeader(first);
  if (lines === undefined || header === undefined) {
    lines?.[Symbol.dispose]();
    return undefined;
  }
  let early: readonly string[] = rest;
  return {
    header,
    read: () => {
      const found = [...early, ...lines.read()];
      early = [];
      return found.flatMap((line) => parseEventLine(line) ?? []);
    },
    [Symbol.dispose]: () => lines[Symbol.dispose](),
  };
}

/** All events, and those that are to come until the build's last line; ends early when the builder is gone. */
export async function* followEvents(
  file: EventFile,
  more: { readonly isAlive: () => boolean; readonly signal: AbortSignal },
): AsyncGenerator<EventLine, void, void> {
  for (;;) {
    // Asked before reading: what a builder wrote before it died is still read.
    const isAlive = more.isAlive();
    for (const line of file.read()) {
      yield line;
      if ('exitCode' in line) return;
    }
    if (!isAlive || more.signal.aborted) return;
    await setTimeout(lookAgainMs, undefined, { signal: more.signal }).catch(() => undefined);
  }
}

function openLines(path: string): ({ read(): readonly string[] } & Disposable) | undefined {
  const file = openedToRead(path);
  if (file === undefined) return undefined;
  const decoder = new StringDecoder('utf8');
  const buffer = Buffer.alloc(chunkBytes);
  let rest = '';
  return {
    read: () => {
      const found: string[] = [];
      for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer)) {
        const lines = (rest + decoder.write(buffer.subarray(0, length))).split('\n');
        rest = lines.pop() ?? '';
        found.push(...lines);
      }
      return found;
    },
    [Symbol.dispose]: () => closeSync(file),
  };
}

/** Absent when nothing can be read there: no such path, no permission, a folder. */
function openedToRead(path: string): number | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    if (!fstatSync(file).isDirectory()) return file;
  } catch {
    // Nothing that this call could say more about.
  }
  if (file !== undefined) closeSync(file);
  return undefined;
}
