import { createRequire } from 'node:module';

/** What Node's file functions lack: extended attributes, and nodes that are neither file, directory nor link. */
export interface SystemCalls {
  /** The extended attributes of a path, links not followed; empty where the file system has none. */
  attributes(path: string): ReadonlyMap<string, Buffer>;
  /** Sets one. Throws an error with the system's `code`. */
  setAttribute(path: string, name: string, value: Uint8Array): void;
  /** Makes a device or a pipe; `mode` holds type and permission bits, `device` is as `stat` gives `rdev`. */
  makeNode(path: string, mode: number, device: number): void;
  /** Sets the times of a file to now, if this user may write it. */
  touch(path: string): void;
}

type Call = (...args: readonly unknown[]) => number;

interface Foreign {
  load(library: string): { func(definition: string): Call };
  errno(): number;
  readonly os: { readonly errno: Readonly<Record<string, number>> };
}

const listSize = 65_536;
/** Linux: AT_FDCWD. */
const currentFolder = -100;
let known: SystemCalls | undefined | null = null;

/** Calls of the C library; `undefined` where it cannot be called (no prebuilt program for this platform). */
export function systemCalls(): SystemCalls | undefined {
  if (known === null) known = load();
  return known;
}

function load(): SystemCalls | undefined {
  try {
    // Loaded when first needed, by `require`: a native program that is not there must not keep the engine from starting.
    const foreign = createRequire(import.meta.url)('koffi') as Foreign;
    const library = foreign.load(process.platform === 'linux' ? 'libc.so.6' : '');
    const list = library.func('long llistxattr(const char *path, _Out_ uint8_t *list, size_t size)');
    const get = library.func('long lgetxattr(const char *path, const char *name, _Out_ uint8_t *value, size_t size)');
    const set = library.func(
      'int lsetxattr(const char *path, const char *name, const uint8_t *value, size_t size, int flags)',
    );
    const make = library.func('int mknod(const char *path, unsigned int mode, uint64_t device)');
    const touch = library.func('int utimensat(int folder, const char *path, const void *times, int flags)');
    const names = Buffer.alloc(listSize);
    const value = Buffer.alloc(listSize);
    return {
      attributes(path) {
        const found = new Map<string, Buffer>();
        const length = list(path, names, listSize);
        if (length <= 0) return found;
        for (const name of names.toString('latin1', 0, length).split('\0')) {
          const size = name === '' ? -1 : get(path, name, value, listSize);
          if (size >= 0) found.set(name, Buffer.from(value.subarray(0, size)));
        }
        return found;
      },
      setAttribute(path, name, bytes) {
        if (set(path, name, bytes, bytes.byteLength, 0) !== 0) throw failure(foreign, `setting ${name} of ${path}`);
      },
      makeNode(path, mode, device) {
        if (make(path, mode, device) !== 0) throw failure(foreign, `mknod ${path}`);
      },
      touch(path) {
        touch(currentFolder, path, null, 0);
      },
    };
  } catch {
    return undefined;
  }
}

function failure({ errno, os }: Foreign, doing: string): NodeJS.ErrnoException {
  const number = errno();
  const code = Object.entries(os.errno).find(([, each]) => each === number)?.[0] ?? `errno ${number}`;
  return Object.assign(new Error(`${code}: ${doing}`), { code });
}
