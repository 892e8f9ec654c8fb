import { collectGarbage, type GarbageReport } from '../../sstate/collect-garbage.ts';
import type { CacheGcCall } from '../command-line/command-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { askedStore, countText, parseSize, parseTime, sizeText } from '../store-question.ts';

/** `stx-bake cache gc`. */
export async function cacheGcCommand(call: CacheGcCall): Promise<number> {
  const rules = {
    maxBytes: parseSize(call.maxSize, '--max-size'),
    unusedMs: parseTime(call.unused, '--unused'),
    maxAgeMs: parseTime(call.olderThan, '--older-than'),
    dryRun: call.dryRun,
  };
  const report = await collectGarbage(await askedStore(call), rules);
  process.stdout.write(call.json ? `${JSON.stringify(report, undefined, 2)}\n` : text(report, rules));
  return exitCodes.ok;
}

function text(
  report: GarbageReport,
  rules: { readonly dryRun: boolean; readonly maxBytes: number | undefined },
): string {
  const { removedResults, removedBlobs, removedBytes, keptResults, keptBytes, pinned, inUse } = report;
  const removed = `${countText(removedResults, 'result')} and ${countText(removedBlobs, 'blob')}`;
  const lines = [
    `stx-bake: ${rules.dryRun ? 'would remove' : 'removed'} ${removed}: ${sizeText(removedBytes)}`,
    `stx-bake: ${countText(keptResults, 'result')} ${rules.dryRun ? 'would stay' : 'stay'}: ${sizeText(keptBytes)}`,
  ];
  if (pinned > 0) lines.push(`stx-bake: kept although the rules say otherwise: ${countText(pinned, 'pinned result')}`);
  if (inUse > 0) lines.push(`stx-bake: kept because a build is using them: ${countText(inUse, 'result')}`);
  if (keptBytes > (rules.maxBytes ?? Number.POSITIVE_INFINITY))
    lines.push(
      `stx-bake: that is more than ${sizeText(rules.maxBytes ?? 0)}; fewer pins, or another call later, would help`,
    );
  return `${lines.join('\n')}\n`;
}
