import { setTimeout } from 'node:timers/promises';
import { systemClock } from '../../base/clock.ts';
import { StxError } from '../../base/stx-error.ts';
import { findBuildDirectory } from '../build-directory.ts';
import { commandText } from '../build-lock.ts';
import type { ReplayCall } from '../command-line/command-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { abortOnSignals } from '../interrupt.ts';
import { endingText } from '../live/ending-text.ts';
import { type EventFile, openEventFile } from '../live/follow-events.ts';
import { liveEventsPath } from '../live/live-events.ts';
import { openView, programText } from '../terminal-output.ts';

/**
 * `stx-bake replay [FILE]`: shows a build of which the events were written down, as fast as it went, or faster. Throws
 * StxError `bad-argument`.
 */
export async function replayCommand(options: ReplayCall): Promise<number> {
  const speed = speedOf(options.speed);
  const [word] = options.words;
  const path = word ?? liveEventsPath(findBuildDirectory(options.buildDirectory, process.cwd()));
  using file = openEventFile(path === '-' ? '/dev/stdin' : path);
  if (file === undefined) throw noEvents(path, word === undefined);
  process.stderr.write(`stx-bake: replaying ${commandText(file.header.command)}\n`);
  using interrupt = abortOnSignals('\n');
  return await play(file, { speed, signal: interrupt.signal, program: programText(options.buildDirectory) });
}

interface Playing {
  readonly speed: number;
  readonly signal: AbortSignal;
  readonly program: string;
}

async function play(file: EventFile, { speed, signal, program }: Playing): Promise<number> {
  const startMs = systemClock.monotonicMs();
  let reachedMs = 0;
  const elapsedMs = (): number => (Number.isFinite(speed) ? (systemClock.monotonicMs() - startMs) * speed : reachedMs);
  using view = openView({ base: process.cwd(), program, elapsedMs, signal });
  for (const line of file.read()) {
    const waitMs = (line.ms - elapsedMs()) / speed;
    if (waitMs > 0) await setTimeout(Math.min(waitMs, 2 ** 31 - 1), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return exitCodes.interrupted;
    reachedMs = line.ms;
    if ('event' in line) view.show(line.event, line.ms);
    else {
      view.close();
      process.stderr.write(endingText(line.exitCode, line.ms));
      return exitCodes.ok;
    }
  }
  view.close();
  process.stderr.write('stx-bake: the events end here, before the build did\n');
  return exitCodes.ok;
}

function speedOf(text = '1'): number {
  if (text === 'max') return Number.POSITIVE_INFINITY;
  const speed = Number(text);
  if (speed > 0) return speed;
  throw StxError.of('bad-argument', `\`--speed\` is \`${text}\`, not a number above 0`, {
    help: 'write for example `--speed 10` for ten times as fast, or `--speed max` to wait for nothing',
  });
}

function noEvents(path: string, isLast: boolean): StxError {
  const help = isLast
    ? 'build something first, or name a file that `--events FILE` wrote'
    : '`stx-bake TARGET --events FILE` writes such a file; docs/reference/events.md describes it';
  return StxError.of('bad-argument', `\`${path}\` holds no events of a build that this version can read`, { help });
}
