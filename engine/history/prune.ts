import type { DatabaseSync } from 'node:sqlite';
import { zstdDecompressSync } from 'node:zlib';

/** How much history is kept: a build goes when there are so many newer ones, or when it is older. */
export interface HistoryLimits {
  readonly builds: number;
  readonly days: number;
}

/**
 * Drops builds beyond the limits with their tasks, except the newest good work on each task up to the oldest build that
 * stays: why that task would run again is told from it. Records that nobody refers to any more go, too.
 */
export function prune(database: DatabaseSync, limits: HistoryLimits, nowMs: number): void {
  const oldest = oldestKept(database, limits, nowMs);
  const counted = database.prepare('SELECT count(*) AS count FROM builds WHERE id < ?').get(oldest);
  if ((counted as { readonly count: number }).count === 0) return;
  database.exec('BEGIN');
  try {
    database.prepare('DELETE FROM builds WHERE id < ?').run(oldest);
    database
      .prepare(
        `DELETE FROM tasks WHERE build < :oldest AND (status <> 'ok' OR build < (SELECT max(newer.build) FROM tasks AS newer
           WHERE newer.key = tasks.key AND newer.status = 'ok' AND newer.build <= :oldest))`,
      )
      .run({ oldest });
    forgetUnnamed(database);
    database.exec(`DELETE FROM records WHERE hash NOT IN (SELECT signature FROM tasks WHERE signature IS NOT NULL)
      AND hash NOT IN (SELECT base FROM tasks WHERE base IS NOT NULL)
      AND hash NOT IN (SELECT hash FROM kept_records);
      DELETE FROM packs WHERE id NOT IN (SELECT pack FROM records)`);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

/** So many texts that no task names itself, such as those of lock files, may stay unasked for. */
const mostUnasked = 50;

/** Of the texts that are only named in others, those stay that the text behind the signature of a task that is kept names. */
function forgetUnnamed(database: DatabaseSync): void {
  const rows = database.prepare('SELECT hash FROM kept_records').all() as unknown as readonly {
    readonly hash: string;
  }[];
  if (rows.length <= mostUnasked) return;
  const unnamed = new Set(rows.map(({ hash }) => hash));
  const packs = database.prepare(
    `SELECT texts FROM packs WHERE id IN (SELECT pack FROM records WHERE hash IN
       (SELECT signature FROM tasks WHERE signature IS NOT NULL))`,
  );
  for (const row of packs.iterate()) {
    const text = zstdDecompressSync((row as { readonly texts: Uint8Array }).texts).toString();
    for (const hash of unnamed) if (text.includes(`"${hash}"`)) unnamed.delete(hash);
    if (unnamed.size === 0) return;
  }
  const remove = database.prepare('DELETE FROM kept_records WHERE hash = ?');
  for (const hash of unnamed) remove.run(hash);
}

/** The newest build always stays. */
function oldestKept(database: DatabaseSync, limits: HistoryLimits, nowMs: number): number {
  const ids = (database.prepare('SELECT id, started_ms FROM builds ORDER BY id DESC').all() as unknown[]).map((row) => {
    const { id, started_ms } = row as { readonly id: number; readonly started_ms: number };
    return { id, startedMs: started_ms };
  });
  const earliest = nowMs - limits.days * 24 * 60 * 60 * 1000;
  const kept = ids.filter(({ startedMs }, index) => index === 0 || (index < limits.builds && startedMs >= earliest));
  return kept.at(-1)?.id ?? 0;
}
