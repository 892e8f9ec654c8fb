import { type VerifyReport, verifyStore } from '../../sstate/verify-store.ts';
import type { CacheVerifyCall } from '../command-line/command-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { askedStore, countText, sizeText } from '../store-question.ts';

/** `stx-bake cache verify`. */
export async function cacheVerifyCommand(call: CacheVerifyCall): Promise<number> {
  const report = await verifyStore(await askedStore(call), { dryRun: call.dryRun });
  process.stdout.write(call.json ? `${JSON.stringify(report, undefined, 2)}\n` : text(report, call.dryRun));
  const { damagedBlobs, damagedResults, incomplete } = report;
  return damagedBlobs.length + damagedResults.length + incomplete.length > 0 ? exitCodes.failed : exitCodes.ok;
}

function text(report: VerifyReport, isDry: boolean): string {
  const { results, blobs, readBytes, damagedBlobs, damagedResults, incomplete } = report;
  const lines = [
    ...damagedBlobs.map((path) => `damaged blob: ${path}`),
    ...damagedResults.map((path) => `damaged result: ${path}`),
    ...incomplete.map((key) => `result with a missing blob: ${key}`),
    `stx-bake: read ${countText(results, 'result')} and ${countText(blobs, 'blob')}: ${sizeText(readBytes)}`,
  ];
  const wrong = damagedBlobs.length + damagedResults.length + incomplete.length;
  if (wrong === 0) lines.push('stx-bake: all of it is sound');
  else if (!isDry) lines.push('stx-bake: what is damaged was set aside in `quarantine`; its tasks will run again');
  return `${lines.join('\n')}\n`;
}
