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
  /** Makes the file if nothing was written yet. */
  create(): void;
}

/**
 * The log of a run that begins; the link is that of an earlier one no more. `lazily`: the file, and the link to it, are made with the
 * first text. New files cost more than all else that a task with nothing to do takes.
 */
export function openTaskLog(
  linkPath: string,
  onText: (text: string) => void,
  { lazily = false }: { readonly lazily?: boolean } = {},
): TaskLog {
  const path = `${linkPath}.${process.pid}`;
  let file: number | undefined;
  const open = (): number => {
    mkdirSync(dirname(path), { recursive: true });
    file = openSync(path, 'w');
    replaceLink(basename(path), linkPath);
    return file;
  };
  const create = (): void => {
    if (file === undefined) attempt(path, open);
  };
  if (lazily) attempt(path, () => rmSync(linkPath, { force: true }));
  else create();
  let end = Buffer.alloc(0);
  return {
    path,
    create,
    write(data) {
      const bytes = typeof data === 'string' ? Buffer.from(data) : data;
      end = Buffer.concat([end, bytes.subarray(-tailBytes)]).subarray(-tailBytes);
      onText(bytes.toString());
      attempt(path, () => writeAll(file ?? open(), bytes));
    },
    tail: () => end.toString().trimEnd().split('\n').slice(-tailLines).join('\n'),
    [Symbol.dispose]: () => {
      if (file !== undefined) closeSync(file);
    },
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
