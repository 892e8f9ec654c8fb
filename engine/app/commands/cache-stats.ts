import { type StoreStats, storeStats } from '../../sstate/store-stats.ts';
import type { CacheStatsCall } from '../command-line/command-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { askedStore, countText, sizeText } from '../store-question.ts';

/** `stx-bake cache stats`. */
export async function cacheStatsCommand(call: CacheStatsCall): Promise<number> {
  const directory = await askedStore(call);
  const stats = await storeStats(directory);
  process.stdout.write(
    call.json ? `${JSON.stringify({ directory, ...stats }, undefined, 2)}\n` : text(directory, stats),
  );
  return exitCodes.ok;
}

function text(directory: string, stats: StoreStats): string {
  const { results, foreignResults, tasks, unusable, leastRecentUseMs, quarantined } = stats;
  const pins = Object.entries(stats.pins).map(([name, count]) => `${name} (${countText(count, 'result')})`);
  const rows: readonly (readonly [string, string])[] = [
    ['store', directory],
    ['results', `${results} of ${countText(tasks, 'task')}`],
    ...(foreignResults > 0 ? [['of other programs', String(foreignResults)] as const] : []),
    ...(unusable > 0 ? [['unusable', `${unusable}; \`stx-bake cache verify\` sets them aside`] as const] : []),
    ['blobs', String(stats.blobs)],
    ['on the disk', sizeText(stats.storedBytes)],
    ['unpacked', sizeText(stats.contentBytes)],
    ['without sharing', sizeText(stats.sharedBytes)],
    ['of no result', sizeText(stats.garbageBytes)],
    ...(leastRecentUseMs === undefined ? [] : [['oldest last use', new Date(leastRecentUseMs).toISOString()] as const]),
    ...(stats.partialBytes > 0 ? [['received in part', sizeText(stats.partialBytes)] as const] : []),
    ['pins', pins.join(', ') || 'none'],
    ['set aside', String(quarantined)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${`${name}:`.padEnd(width + 2)}${value}\n`).join('');
}
