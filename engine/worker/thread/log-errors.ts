import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { FirstErrors, type LogLine } from './first-errors.ts';
import type { TaskLog } from './task-log.ts';

const chunkBytes = 256 * 1024;
/** Of a longer log only the beginning is searched; the end is shown anyway. */
const mostBytes = 128 * 2 ** 20;

const linesBesideErrors = 10;

/** For a diagnostic: the first real errors of a log with their places in it, and its last lines. */
export function errorsAndTail(log: Pick<TaskLog, 'path' | 'tail'>): string {
  const tail = log.tail();
  const errors = logErrors(log.path);
  const [first] = errors;
  const shown = tail.split('\n');
  if (first === undefined || errors.every(({ text }) => shown.includes(text))) return tail;
  const texts = errors.map(({ text }) => text);
  return [
    `first errors, from line ${first.line} of the log on:`,
    ...texts,
    'end of the log:',
    ...shown.slice(-linesBesideErrors),
  ].join('\n');
}

/** The lines of a log file that say what went wrong; none when it cannot be read. */
export function logErrors(path: string): readonly LogLine[] {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    return search(file);
  } catch {
    return [];
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function search(file: number): readonly LogLine[] {
  const errors = new FirstErrors();
  const decoder = new StringDecoder('utf8');
  const buffer = Buffer.alloc(chunkBytes);
  let rest = '';
  for (let read = 0; read < mostBytes; ) {
    const length = readSync(file, buffer, 0, chunkBytes, null);
    if (length === 0) break;
    read += length;
    const lines = (rest + decoder.write(buffer.subarray(0, length))).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) errors.take(line);
  }
  if (rest !== '') errors.take(rest);
  return errors.lines;
}
