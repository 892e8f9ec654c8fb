import { closeSync, mkdirSync, openSync, renameSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { systemError } from '../../base/system-error.ts';

const tailBytes = 16 * 1024;
const tailLines = 30;

/** The log of one run of a task: `PATH.PID`, with `PATH` as a link to the newest one. */
export interface TaskLog extends Disposable {
  readonly path: string;
  /** Throws StxError (`disk-full`) when the file system takes no more. */
  write(data: Buffer | string): void;
  /** The last lines, for a diagnostic. */
  tail(): string;
}

/** Creates the log file and points the link at it. */
export function openTaskLog(linkPath: string, onText: (text: string) => void): TaskLog {
  const path = `${linkPath}.${process.pid}`;
  const file = attempt(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    const descriptor = openSync(path, 'w');
    replaceLink(basename(path), linkPath);
    return descriptor;
  });
  let end = Buffer.alloc(0);
  return {
    path,
    write(data) {
      const bytes = typeof data === 'string' ? Buffer.from(data) : data;
      end = Buffer.concat([end, bytes.subarray(-tailBytes)]).subarray(-tailBytes);
      onText(bytes.toString());
      attempt(path, () => writeAll(file, bytes));
    },
    tail: () => end.toString().trimEnd().split('\n').slice(-tailLines).join('\n'),
    [Symbol.dispose]: () => closeSync(file),
  };
}

function writeAll(file: number, bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(file, bytes, written);
}

function replaceLink(target: string, linkPath: string): void {
  const temporary = `${linkPath}.${process.pid}.link`;
  rmSync(temporary, { force: true });
  symlinkSync(target, temporary);
  renameSync(temporary, linkPath);
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw systemError(error, 'writing the log', path);
  }
}
