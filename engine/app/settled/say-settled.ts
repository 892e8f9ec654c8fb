import { systemClock } from '../../base/clock.ts';
import { diagnosticText } from '../../ui/diagnostic-text.ts';
import { exitCodes } from '../exit-codes.ts';
import type { SettledRecord } from './settled-record.ts';

/** Says what a build says that finds nothing to do. */
export function saySettled({ names, said }: SettledRecord): number {
  for (const each of said) process.stderr.write(`${diagnosticText(each, { base: process.cwd() })}\n`);
  const seconds = (systemClock.monotonicMs() / 1000).toFixed(1);
  process.stdout.write(`stx-bake: ${names.join(' ')}: nothing to do, all is up to date (${seconds} s)\n`);
  return exitCodes.ok;
}
