import { renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { systemError } from '../base/system-error.ts';
import { temporaryPath } from './local-blob-store.ts';
import { sweepTemporaryFiles } from './local-store.ts';
import { forgetPartialBlobs, partialBlobs } from './partial-blobs.ts';
import { namesIn, type StoreContents, type StoredFile, type StoredResult, scanStore } from './scan-store.ts';
import { makeStoreFolder } from './shared-folder.ts';
import { usedSince } from './store-users.ts';

/** Which results go; a result goes when one of the rules says so. */
export interface GarbageRules {
  /** How much may stay, in bytes on the disk: the results that were not used for longest go. */
  readonly maxBytes?: number | undefined;
  /** Results that were stored so long ago go. */
  readonly maxAgeMs?: number | undefined;
  /** Results that were not used for so long go. */
  readonly unusedMs?: number | undefined;
  /** Nothing is removed; the report says what would be. */
  readonly dryRun: boolean;
}

/** What a collection did. */
export interface GarbageReport {
  readonly removedResults: number;
  readonly removedBlobs: number;
  /** Bytes on the disk, of results, blobs and parts of blobs. */
  readonly removedBytes: number;
  readonly keptResults: number;
  readonly keptBytes: number;
  /** Results that a rule would remove, and that stay because of a pin. */
  readonly pinned: number;
  /** The same, because a build that is under way uses them. */
  readonly inUse: number;
}

const hourMs = 3_600_000;
/** A build that takes longer is not protected from the start on. */
const longestBuildMs = 24 * hourMs;
/** Blobs of no result may be those of one that is on its way. */
const orphanMs = hourMs;
/** Times of files lag behind the clock by a tick of the system. */
const clockMs = 20;
const notAllowed: readonly string[] = ['EACCES', 'EPERM', 'EROFS'];
const quarantineMs = 7 * 24 * hourMs;

/**
 * Removes results by the rules, and blobs that no result needs. Builds may go on meanwhile: what they store or use stays,
 * and what they lose for all that is built anew. Pinned results stay.
 */
export async function collectGarbage(directory: string, rules: GarbageRules): Promise<GarbageReport> {
  const nowMs = systemClock.nowMs();
  const sinceMs = Math.max(Math.min(await usedSince(directory), nowMs) - clockMs, nowMs - longestBuildMs);
  if (!rules.dryRun) await sweepTemporaryFiles(directory);
  const contents = await scanStore(directory);
  const { gone, kept, pinned, inUse } = chooseResults(contents, rules, { nowMs, sinceMs });
  const needed = new Set<string>(kept.flatMap(({ needs }) => needs.map(({ hash }) => hash)));
  const dropped = new Set<string>(gone.flatMap(({ needs }) => needs.map(({ hash }) => hash)));
  const idle: StoredFile[] = [];
  for (const [hash, files] of contents.blobs) {
    if (needed.has(hash)) continue;
    const fresh = dropped.has(hash) ? sinceMs : Math.min(sinceMs, nowMs - orphanMs);
    idle.push(...files.filter(({ usedMs }) => usedMs < fresh));
  }
  const counts = { pinned, inUse };
  if (rules.dryRun) {
    const parts = partialBlobs(directory).filter(({ usedMs }) => nowMs - usedMs > orphanMs);
    return report(contents, { gone, idle, parts }, counts);
  }
  try {
    const goneNow = gone.filter((file) => removeUnlessUsed(directory, file));
    const spared = new Set<string>(
      gone.filter((each) => !goneNow.includes(each)).flatMap((each) => each.needs.map((d) => d.hash)),
    );
    const idleNow = idle.filter((file) => !spared.has(hashOf(file)) && removeUnlessUsed(directory, file));
    removeStale(directory, nowMs);
    const parts = forgetPartialBlobs(directory, orphanMs);
    return report(contents, { gone: goneNow, idle: idleNow, parts }, counts);
  } catch (error) {
    throw systemError(error, 'removing from the sstate store', directory);
  }
}

interface Times {
  readonly nowMs: number;
  /** What was used from then on is in use. */
  readonly sinceMs: number;
}

interface Choice {
  readonly gone: readonly StoredResult[];
  readonly kept: readonly StoredResult[];
  readonly pinned: number;
  readonly inUse: number;
}

function chooseResults(contents: StoreContents, rules: GarbageRules, times: Times): Choice {
  const oldestFirst = [...contents.results].sort((a, b) => a.usedMs - b.usedMs || (a.key < b.key ? -1 : 1));
  const budget = new Budget(contents, rules.maxBytes ?? Number.POSITIVE_INFINITY);
  const sorted = { kept: [], gone: [], pinned: [], inUse: [] } as Record<Fate, StoredResult[]>;
  for (const result of oldestFirst) {
    const fate = fateOf(result, { rules, times, isOver: budget.isExceeded() });
    sorted[fate].push(result);
    if (fate === 'gone') budget.drop(result);
  }
  const { gone, pinned, inUse } = sorted;
  return { gone, kept: [...sorted.kept, ...pinned, ...inUse], pinned: pinned.length, inUse: inUse.length };
}

type Fate = 'kept' | 'gone' | 'pinned' | 'inUse';

function fateOf(
  { usedMs, storedMs, isComplete, pins }: StoredResult,
  more: { readonly rules: GarbageRules; readonly times: Times; readonly isOver: boolean },
): Fate {
  const { nowMs, sinceMs } = more.times;
  const { maxAgeMs = Number.POSITIVE_INFINITY, unusedMs = Number.POSITIVE_INFINITY } = more.rules;
  // Of no use to anybody; one that is being brought here is fresh.
  const isWaste = !isComplete && usedMs < nowMs - orphanMs;
  const isOld = nowMs - storedMs > maxAgeMs || nowMs - usedMs > unusedMs;
  if (!isWaste && !isOld && !more.isOver) return 'kept';
  if (usedMs >= sinceMs) return 'inUse';
  return pins.length > 0 && !isWaste ? 'pinned' : 'gone';
}

/** Bytes that are left when results go: a blob goes with the last result that needs it. */
class Budget {
  readonly #sizes: ReadonlyMap<string, number>;
  readonly #users = new Map<string, number>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor({ results, blobs }: StoreContents, maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#sizes = new Map([...blobs].map(([hash, files]) => [hash, sum(files)]));
    for (const { needs, sizeBytes } of results) {
      this.#bytes += sizeBytes;
      for (const { hash } of needs) {
        const users = this.#users.get(hash) ?? 0;
        if (users === 0) this.#bytes += this.#sizes.get(hash) ?? 0;
        this.#users.set(hash, users + 1);
      }
    }
  }

  isExceeded(): boolean {
    return this.#bytes > this.#maxBytes;
  }

  drop({ needs, sizeBytes }: StoredResult): void {
    this.#bytes -= sizeBytes;
    for (const { hash } of needs) {
      const users = (this.#users.get(hash) ?? 0) - 1;
      this.#users.set(hash, users);
      if (users === 0) this.#bytes -= this.#sizes.get(hash) ?? 0;
    }
  }
}

/**
 * Removes a file unless somebody has used it since it was looked at: it is moved away first, so that nobody can begin to
 * use it between the look and the removal. What belongs to somebody else stays, if the store is not shared with this user.
 */
function removeUnlessUsed(directory: string, file: StoredFile): boolean {
  const aside = temporaryPath(directory);
  try {
    makeStoreFolder(directory, dirname(aside));
    renameSync(file.path, aside);
  } catch (error) {
    if (['ENOENT', ...notAllowed].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
  // Swept by another process, which takes it for an old unfinished file, it is gone as well.
  if ((statSync(aside, { throwIfNoEntry: false })?.mtimeMs ?? file.usedMs) === file.usedMs) {
    rmSync(aside, { force: true });
    return true;
  }
  renameSync(aside, file.path);
  return false;
}

/** Removes what is of no use; what may not be removed stays. */
function removeIfAllowed(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    if (!notAllowed.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Entries of the index without a result, folders without entries, and what was set aside a week ago. */
function removeStale(directory: string, nowMs: number): void {
  for (const task of namesIn(join(directory, 'tasks'))) {
    const folder = join(directory, 'tasks', task);
    for (const key of namesIn(folder)) {
      if (!isThere(join(directory, 'ac', key.slice(0, 2), key))) removeIfAllowed(join(folder, key));
    }
    try {
      rmdirSync(folder);
    } catch {
      // Not empty, which is the rule.
    }
  }
  for (const name of namesIn(join(directory, 'quarantine'))) {
    const path = join(directory, 'quarantine', name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats !== undefined && nowMs - stats.ctimeMs > quarantineMs) removeIfAllowed(path);
  }
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function hashOf({ path }: StoredFile): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.zst$/, '');
}

interface Removed {
  readonly gone: readonly StoredFile[];
  readonly idle: readonly StoredFile[];
  readonly parts: readonly StoredFile[];
}

function report(
  { results, blobs }: StoreContents,
  { gone, idle, parts }: Removed,
  counts: Pick<GarbageReport, 'pinned' | 'inUse'>,
): GarbageReport {
  const removedBytes = sum(gone) + sum(idle);
  return {
    removedResults: gone.length,
    removedBlobs: idle.length,
    removedBytes: removedBytes + sum(parts),
    keptResults: results.length - gone.length,
    keptBytes: sum(results) + [...blobs.values()].reduce((bytes, files) => bytes + sum(files), 0) - removedBytes,
    ...counts,
  };
}

function sum(files: readonly StoredFile[]): number {
  return files.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);
}
