import type { HostCall } from '../command-line/command-options.ts';
import { allPurposes, ensureHostTools } from '../ensure-host-tools.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadMetadata } from '../load-metadata.ts';

/** `stx-bake doctor`: every host tool that any target or test needs is there, or is installed with --yes. */
export async function doctorCommand(options: HostCall): Promise<number> {
  const table = (await loadMetadata(options)).base.datastore;
  const purposes = options.words.length > 0 ? new Set(options.words) : allPurposes(table);
  ensureHostTools(table, purposes, options);
  process.stdout.write('stx-bake: all host tools are there\n');
  return exitCodes.ok;
}
