import { spawnSync } from 'node:child_process';
import type { Datastore } from '../datastore/datastore.ts';
import { findMissingTools, missingToolsError, programFinder } from '../host/host-tools.ts';
import type { HostCall } from './command-line/command-options.ts';

/**
 * Sees to it that the host has what `purposes` need: with --yes, as root and with a known package manager, what is
 * missing is installed. Throws StxError `missing-host-tools` with the command to type otherwise.
 */
export function ensureHostTools(table: Datastore, purposes: ReadonlySet<string>, options: Pick<HostCall, 'yes'>): void {
  const programs = programFinder(process.env['PATH'] ?? '');
  const missing = findMissingTools(table, purposes, programs);
  if (missing === undefined) return;
  const isRoot = process.getuid?.() === 0;
  if (!options.yes || !isRoot || missing.install === undefined) throw missingToolsError(missing, isRoot);
  const commands = [missing.refresh, missing.install].filter((command) => command !== undefined);
  for (const command of commands) {
    process.stderr.write(`stx-bake: installing host tools: ${command.join(' ')}\n`);
    const [program = '', ...args] = command;
    const run = spawnSync(program, args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, ...Object.fromEntries(table.flags('HOST_PACKAGE_ENVIRONMENT')) },
    });
    if (run.status !== 0) throw missingToolsError(missing, isRoot);
  }
  const still = findMissingTools(table, purposes, programs);
  if (still !== undefined) throw missingToolsError(still, isRoot);
}

/** Every purpose that the table knows. */
export function allPurposes(table: Datastore): ReadonlySet<string> {
  const purposes = [...table.flags('HOST_TOOL_FOR').values()].flatMap((value) => value.split(/\s+/));
  return new Set(purposes.filter((purpose) => purpose !== ''));
}
