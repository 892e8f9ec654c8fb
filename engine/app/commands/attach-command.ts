import { setTimeout } from 'node:timers/promises';
import { isProcessAlive } from '../../base/process-alive.ts';
import { StxError } from '../../base/stx-error.ts';
import { LineUi } from '../../ui/line-ui.ts';
import { findBuildDirectory } from '../build-directory.ts';
import { buildLockHolder, commandText } from '../build-lock.ts';
import type { CommonCall } from '../command-line/command-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { abortOnSignals } from '../interrupt.ts';
import { type EventFile, followEvents, openEventFile } from '../live/follow-events.ts';
import { liveEventsPath } from '../live/live-events.ts';
import { terminalOutput } from '../terminal-output.ts';

/**
 * `stx-bake attach`: shows the build that goes on in the build directory, from its beginning, as its own terminal does.
 * Ends with it and with its exit code; Ctrl-C ends the view alone. Throws StxError `no-build`.
 */
export async function attachCommand(options: CommonCall): Promise<number> {
  const directory = findBuildDirectory(options.buildDirectory, process.cwd());
  const holder = buildLockHolder(directory);
  if (holder === undefined) throw noBuild(directory);
  using file = await eventsOf(holder.pid, directory);
  if (file === undefined) throw noBuild(directory);
  process.stderr.write(`stx-bake: attached to ${commandText(file.header.command)} (process ${holder.pid})\n`);
  using interrupt = abortOnSignals('\nstx-bake: the build goes on\n');
  const isAlive = holder.isForeign
    ? () => buildLockHolder(directory)?.pid === holder.pid
    : () => isProcessAlive(holder.pid);
  return await show(file, { isAlive, signal: interrupt.signal });
}

const lookAgainMs = 50;

/** A builder plans before it has anything to tell. */
async function eventsOf(pid: number, directory: string): Promise<EventFile | undefined> {
  while (buildLockHolder(directory)?.pid === pid) {
    const file = openEventFile(liveEventsPath(directory));
    if (file?.header.pid === pid) return file;
    file?.[Symbol.dispose]();
    await setTimeout(lookAgainMs);
  }
  return undefined;
}

async function show(
  file: EventFile,
  more: { readonly isAlive: () => boolean; readonly signal: AbortSignal },
): Promise<number> {
  const ui = new LineUi(terminalOutput(), { base: process.cwd() });
  for await (const line of followEvents(file, more)) {
    if ('event' in line) ui.show(line.event);
    else return conclude(line.exitCode, line.ms);
  }
  if (more.signal.aborted) return exitCodes.ok;
  process.stderr.write(`stx-bake: the build (process ${file.header.pid}) is gone without having ended\n`);
  return exitCodes.failed;
}

function conclude(exitCode: number, ms: number): number {
  const seconds = (ms / 1000).toFixed(1);
  const how = exitCode === exitCodes.ok ? 'ended well' : `ended with exit code ${exitCode}`;
  process.stderr.write(`stx-bake: the build ${how} (${seconds} s)\n`);
  return exitCode;
}

function noBuild(directory: string): StxError {
  return StxError.of('no-build', `no build goes on in \`${directory}\``, {
    help: 'start one; for a build directory elsewhere name it with --build-dir DIR',
  });
}
