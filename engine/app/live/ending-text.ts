import { exitCodes } from '../exit-codes.ts';

/** What a view of somebody else's build says at its end: `stx-bake: the build ended well (3.2 s)`. */
export function endingText(exitCode: number, ms: number): string {
  const how = exitCode === exitCodes.ok ? 'ended well' : `ended with exit code ${exitCode}`;
  return `stx-bake: the build ${how} (${(ms / 1000).toFixed(1)} s)\n`;
}
