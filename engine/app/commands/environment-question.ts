import type { BuildCall } from '../command-line/command-options.ts';
import { inspectEnvironmentCommand } from './inspect-command.ts';

/** `stx-bake -e [RECIPE]`: the same as `inspect environment`. */
export function printEnvironment(options: BuildCall): Promise<number> {
  return inspectEnvironmentCommand({ ...options, json: false });
}
