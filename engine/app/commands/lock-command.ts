import { readFile } from 'node:fs/promises';
import { parseLockFile } from '../../base/lock-file.ts';
import type { LockRecord } from '../../base/lock-record.ts';
import { didYouMean } from '../../base/spelling.ts';
import { StxError } from '../../base/stx-error.ts';
import { systemError } from '../../base/system-error.ts';
import { checkLock, differenceText, driftText, type LockDrift } from '../../lock/check-lock.ts';
import { hasToolRoot } from '../../lock/rpm/rpm-tools.ts';
import {
  addToLocks,
  checkLocks,
  type LockFileReport,
  type LockFileRequest,
  updateLocks,
} from '../../lock/update-locks.ts';
import type { Workspace } from '../../metadata/workspace.ts';
import type { LockCall } from '../command-line/command-options.ts';
import { ensureHostTools } from '../ensure-host-tools.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadMetadata } from '../load-metadata.ts';
import { lockRequests } from './lock-requests.ts';

const actions = { update: updateLocks, add: addToLocks, check: checkLocks };
const verbs = [...Object.keys(actions), 'diff'];

/**
 * `stx-bake lock update|add|check [ROOT|mc:NAME[:ROOT]...]`: the lock files of these roots (default: all), against the signed indexes of the
 * repositories; `stx-bake lock diff OLD NEW`: what two lock files differ in.
 */
export async function lockCommand(options: LockCall): Promise<number> {
  const [action = '', ...words] = options.words;
  if (action === 'diff') return await showDifference(words);
  if (action !== 'update' && action !== 'check' && action !== 'add') {
    const help = didYouMean(action, verbs) ?? `it can ${verbs.map((each) => `\`${each}\``).join(', ')}`;
    throw StxError.of('bad-option', `\`lock\` cannot \`${action}\``, { help });
  }
  if (options.sources === true) return await freezeSources(options, action);
  const { workspace, base } = await loadMetadata(options);
  const requests = requestsFor(words, workspace);
  ensureHostTools(base.datastore, new Set(requests.map(purposeOf)), options);
  const reports = await actions[action](requests);
  for (const report of reports) print(report, action);
  const drifted = reports.some((report) => report.drift.length > 0);
  return action === 'check' && drifted ? exitCodes.failed : exitCodes.ok;
}

/** Reading the recipes asks for every commit. */
async function freezeSources(options: LockCall, action: string): Promise<number> {
  if (action !== 'update') {
    throw StxError.of('bad-option', `\`--sources\` goes with \`lock update\`, not with \`lock ${action}\``);
  }
  const { base } = await loadMetadata({ ...options, freezeSources: true });
  const path = base.datastore.get('SRCREV_LOCK_FILE')?.trim() ?? '';
  process.stdout.write(`stx-bake: the commits of sources with AUTOREV are in ${path}\n`);
  return exitCodes.ok;
}

/** The lock of `mc:NAME` is that configuration's own (LOCK_FILE), not those of tools; `mc:NAME:ROOT` is a root of it, `ROOT` one of any. */
function requestsFor(words: readonly string[], { configurations }: Workspace): readonly LockFileRequest[] {
  const placed = words.map((word) => /^mc:([^:]+)(?::(.+))?$/.exec(word));
  const names = new Set(placed.flatMap((match) => match?.[1] ?? []));
  const loaded = [...configurations].filter(([name]) => names.size === 0 || names.has(name));
  const requests = lockRequests(loaded.map(([, { catalog }]) => catalog));
  const roots = words.flatMap((word, index) => (placed[index] == null ? [word] : (placed[index][2] ?? [])));
  if (names.size === 0 || roots.length > 0) return holding(roots, requests);
  const own = new Set(loaded.map(([, { base }]) => base.datastore.get('LOCK_FILE')));
  const found = requests.filter(({ lockFile }) => own.has(lockFile));
  return found.length > 0 ? found : requests;
}

/** What the host must have: with the root of rpm tools only what looks at an index. */
function purposeOf({ resolver, rpm }: LockFileRequest): string {
  if (resolver === 'apt') return 'lock';
  return hasToolRoot(rpm?.toolRoot ?? '') ? 'lock-index' : 'lock-rpm';
}

/** A lock file is resolved as a whole, so that its roots agree. Throws StxError for a name that is no root. */
function holding(roots: readonly string[], requests: readonly LockFileRequest[]): readonly LockFileRequest[] {
  const known = requests.flatMap(rootsOf);
  for (const root of roots.filter((each) => !known.includes(each))) {
    const help = didYouMean(root, known) ?? `the roots are ${known.map((each) => `\`${each}\``).join(', ')}`;
    throw StxError.of('bad-option', `no root is called \`${root}\``, { help });
  }
  return roots.length === 0 ? requests : requests.filter((each) => roots.some((root) => rootsOf(each).includes(root)));
}

function rootsOf({ roots, sources }: LockFileRequest): readonly string[] {
  const recipes = [...roots.keys()].map((name) => name.replace(/:.*$/, ''));
  return [...new Set([...roots.keys(), ...recipes, ...[...sources.values()].flat()])];
}

async function showDifference(paths: readonly string[]): Promise<number> {
  const [before, after, ...more] = paths;
  if (before === undefined || after === undefined || more.length > 0) {
    throw StxError.of('bad-argument', '`lock diff` compares two lock files', {
      help: '`stx-bake lock diff OLD NEW`, as `git show HEAD:x.lock > OLD` gives the one before',
    });
  }
  const difference: readonly LockDrift[] = checkLock(await readLock(before), await readLock(after));
  for (const each of difference) process.stdout.write(`${differenceText(each)}\n`);
  return difference.length === 0 ? exitCodes.ok : exitCodes.failed;
}

async function readLock(path: string): Promise<readonly LockRecord[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw systemError(error, 'reading the lock file', path);
  });
  return parseLockFile(text, path);
}

function print(report: LockFileReport, action: keyof typeof actions): void {
  for (const note of report.notes ?? []) process.stderr.write(`stx-bake: note: ${note}\n`);
  const text = action === 'check' ? driftText : differenceText;
  for (const drift of report.drift) process.stdout.write(`${text(drift)}\n`);
  const count = report.drift.length;
  const what =
    count === 0 ? 'nothing has changed' : `${count} packages ${action === 'check' ? 'have drifted' : 'moved'}`;
  process.stdout.write(`stx-bake: ${report.lockFile}: ${report.records} packages, ${what}\n`);
}
