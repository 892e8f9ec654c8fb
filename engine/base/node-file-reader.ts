import { closeSync, constants, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { compareCodePoints } from './canonical-json.ts';
import type { FileReader } from './file-reader.ts';
import { StxError } from './stx-error.ts';

/** A named pipe without a writer must not keep the reader waiting: it reads as empty. */
const WITHOUT_WAITING = constants.O_RDONLY | constants.O_NONBLOCK;
/** What the system says of a path that leads nowhere, and Node of one with a NUL in it. */
const NOWHERE = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE']);

/** The FileReader over the real file system. */
export const nodeFileReader: FileReader = {
  readText(path) {
    return reading(path, () => contentOf(path).toString('utf8'));
  },
  readBytes(path) {
    return reading(path, () => contentOf(path));
  },
  kind(path) {
    const stats = statOf(path);
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

/** What the person can do something about, in words. */
const REASONS: Readonly<Record<string, string>> = {
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
};

/** What `read` gives; `undefined` when there is no such file. */
function reading<T>(path: string, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isMissing(error)) return undefined;
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw StxError.of('file-not-readable', `cannot read \`${path}\`: ${REASONS[code] ?? code}`, {
      origin: 'environment',
      cause: error,
    });
  }
}

function contentOf(path: string): Buffer {
  const descriptor = openSync(path, WITHOUT_WAITING);
  try {
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** As Python's os.path.exists: what cannot be looked at, for whatever reason, is not there. */
function statOf(path: string): ReturnType<typeof statSync> {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function isMissing(error: unknown): boolean {
  return NOWHERE.has((error as NodeJS.ErrnoException).code ?? '');
}
