import { readdirSync, readFileSync, statSync } from 'node:fs';
import { compareCodePoints } from './canonical-json.ts';
import type { FileReader } from './file-reader.ts';
import { StxError } from './stx-error.ts';

/** The FileReader over the real file system. */
export const nodeFileReader: FileReader = {
  readText(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      if (isMissing(error)) return undefined;
      const reason = (error as NodeJS.ErrnoException).code ?? String(error);
      throw StxError.of('file-not-readable', `cannot read \`${path}\`: ${reason}`, {
        origin: 'environment',
        cause: error,
      });
    }
  },
  kind(path) {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory()) return 'directory';
    return stats ? 'file' : 'missing';
  },
  list(path) {
    try {
      return readdirSync(path).sort(compareCodePoints);
    } catch (error) {
      if (isMissing(error)) return [];
      throw StxError.of('file-not-readable', `cannot list \`${path}\``, { origin: 'environment', cause: error });
    }
  },
};

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
