import { setTimeout } from 'node:timers/promises';
import { systemClock } from '../../base/clock.ts';
import { isProcessAlive } from '../../base/process-alive.ts';
import { StxError } from '../../base/stx-error.ts';
import { findBuildDirectory } from '../build-directory.ts';
import { buildLockHolder, commandText } from '../build-lock.ts';
import type { CommonCall } from '../command-line/command-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { abortOnSignals } from '../interrupt.ts';
import { endingText } from '../live/ending-text.ts';
import { type EventFile, followEvents, openEventFile } from '../live/follow-events.ts';
import { liveEventsPath } from '../live/live-events.ts';
import { openView, programText } from '../terminal-output.ts';

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
  const program = programText(options.buildDirectory);
  return await show(file, { isAlive, signal: interrupt.signal, program });
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
  more: { readonly isAlive: () => boolean; readonly signal: AbortSignal; readonly program: string },
): Promise<number> {
  const elapsedMs = (): number => systemClock.nowMs() - file.header.startedAtMs;
  using view = openView({ base: process.cwd(), program: more.program, elapsedMs, signal: more.signal });
  for await (const line of followEvents(file, more)) {
    if ('event' in line) view.show(line.event, line.ms);
    else {
      view.close();
      process.stderr.write(endingText(line.exitCode, line.ms));
      return line.exitCode;
    }
  }
  view.close();
  if (more.signal.aborted) return exitCodes.ok;
  process.stderr.write(`stx-bake: the build (process ${file.header.pid}) is gone without having ended\n`);
  return exitCodes.failed;
}

function noBuild(directory: string): StxError {
  return StxError.of('no-build', `no build goes on in \`${directory}\``, {
    help: 'start one; for a build directory elsewhere name it with --build-dir DIR',
  });
}
