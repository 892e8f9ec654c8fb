import { join } from 'node:path';
import { canonicalJson } from '../../base/canonical-json.ts';
import { digestOf, digestOfFile } from '../../base/sha256.ts';
import type { SplitPackage } from '../package/read-records.ts';
import type { FormatFile } from './format-file.ts';

/** SHA-256 (hex) of all that the packages of a recipe hold: records, contents of files, and what their formats add. */
export async function contentDigest(
  packages: readonly SplitPackage[],
  formats: readonly FormatFile[],
): Promise<string> {
  const contents: unknown[] = [];
  for (const { record, folder } of packages) {
    const files: [string, string][] = [];
    for (const { path, kind } of record.entries) {
      if (kind === 'file') files.push([path, (await digestOfFile(join(folder, 'root', path))).hash]);
    }
    contents.push({ record, files });
  }
  const added = formats.map(({ path, content, mode }) => [path, mode, digestOf(content).hash]);
  // Through JSON: what is undefined in a record is not there.
  const plain: unknown = JSON.parse(JSON.stringify({ contents, added }));
  return digestOf(Buffer.from(canonicalJson(plain as Parameters<typeof canonicalJson>[0]))).hash;
}
