import type { Digest } from '../../base/digest.ts';
import { asBytes, asDigest, readFields } from './wire.ts';

/** What an ActionResult of another program names. */
export interface ForeignResult {
  readonly files: readonly Digest[];
  readonly trees: readonly Digest[];
}

/**
 * Reads the digests of an ActionResult of any program (Remote Execution API: output_files, output_directories, stdout and
 * stderr); `undefined` when the bytes are no such message.
 */
export function readForeignResult(bytes: Uint8Array): ForeignResult | undefined {
  const files: Digest[] = [];
  const trees: Digest[] = [];
  try {
    readFields(bytes, (field, value) => {
      if (field === 2) files.push(...digestAt(2, asBytes(value)));
      else if (field === 3) trees.push(...digestAt(3, asBytes(value)));
      else if (field === 6 || field === 8) files.push(asDigest(value));
    });
    return { files, trees };
  } catch {
    return undefined;
  }
}

function digestAt(wanted: number, message: Uint8Array): readonly Digest[] {
  const found: Digest[] = [];
  readFields(message, (field, value) => {
    if (field === wanted) found.push(asDigest(value));
  });
  return found;
}
