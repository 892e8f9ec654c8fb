import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { StxError } from '../base/stx-error.ts';
import { systemError } from '../base/system-error.ts';
import type { TaskOrder } from '../messages/task-order.ts';

/** Held lock files; disposing gives them back. */
export interface TaskLocks extends AsyncDisposable {
  /** False when the task was cancelled while it waited. */
  readonly held: boolean;
}

/**
 * Takes the lock files one after the other (sorted, so that two tasks cannot wait for each other), for this task alone
 * among all processes of the machine, or together with others that share them. A lock is given back when the engine ends, however it ends.
 */
export async function takeLocks(
  { lockFiles, sharedLockFiles = [] }: Pick<TaskOrder, 'lockFiles' | 'sharedLockFiles'>,
  signal: AbortSignal,
): Promise<TaskLocks> {
  const holders: ChildProcess[] = [];
  const release = async (): Promise<void> => {
    await Promise.all(holders.map(letGo));
  };
  for (const path of [...new Set([...lockFiles, ...sharedLockFiles])].sort()) {
    if (signal.aborted) break;
    try {
      mkdirSync(dirname(path), { recursive: true });
    } catch (error) {
      await release();
      throw systemError(error, 'making the lock file', path);
    }
    const holder = spawn(
      'flock',
      [lockFiles.includes(path) ? '--exclusive' : '--shared', path, 'sh', '-c', 'echo held; cat >/dev/null'],
      {
        stdio: ['pipe', 'pipe', 'ignore'],
        detached: true,
      },
    );
    holders.push(holder);
    if (!(await isHeld(holder, signal)) && !signal.aborted) {
      await release();
      throw StxError.of('system-failure', `the lock file \`${path}\` cannot be taken`, { origin: 'environment' });
    }
  }
  return { held: !signal.aborted, [Symbol.asyncDispose]: release };
}

async function isHeld(holder: ChildProcess, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const stop = (): void => resolve(false);
  signal.addEventListener('abort', stop, { once: true });
  holder.stdout?.once('data', () => resolve(true));
  holder.once('error', stop);
  holder.once('close', stop);
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function letGo(holder: ChildProcess): Promise<void> {
  if (holder.pid === undefined || holder.exitCode !== null || holder.signalCode !== null) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  holder.once('close', () => resolve());
  process.kill(-holder.pid, 'SIGKILL');
  await promise;
}
