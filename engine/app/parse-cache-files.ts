import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isProcessAlive } from '../base/process-alive.ts';
import type { FileStamp, ParseCachePorts } from '../metadata/cache/cache-ports.ts';
import { projectDirectory } from './build-directory.ts';

/** Folders whose code decides what reading a file gives. */
const deciding = ['base', 'datastore', 'language', 'metadata', 'python'];

/** The parse cache of a build directory: `cache/parse-cache`, written under another name and renamed. */
export function parseCacheFiles(buildDirectory: string): ParseCachePorts {
  const path = join(buildDirectory, 'cache', 'parse-cache');
  return {
    read: () => attempt(() => readFileSync(path, 'utf8')),
    write: (text) => void attempt(() => replaceFile(path, text)),
    stamp,
    version: programVersion(),
  };
}

function replaceFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.new`;
  mkdirSync(dirname(path), { recursive: true });
  sweep(path);
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Takes away what processes that are gone left unfinished. */
function sweep(path: string): void {
  for (const name of readdirSync(dirname(path))) {
    const owner = /^parse-cache\.(\d+)\.new$/.exec(name)?.[1];
    if (owner !== undefined && !isProcessAlive(Number(owner))) rmSync(join(dirname(path), name), { force: true });
  }
}

function stamp(path: string): FileStamp | undefined {
  const found = attempt(() => statSync(path, { throwIfNoEntry: false }));
  if (found === undefined) return undefined;
  const { ino, size, mtimeMs, ctimeMs } = found;
  return { text: `${ino} ${size} ${mtimeMs} ${ctimeMs}`, changedMs: Math.max(mtimeMs, ctimeMs) };
}

/** Names the code that reads metadata, by the stamps of its files: a checkout of ours has no build number. */
function programVersion(): string {
  const engine = join(projectDirectory, 'engine');
  const files = deciding.flatMap((folder) =>
    readdirSync(join(engine, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(engine, folder, name)),
  );
  const lock = join(projectDirectory, 'package-lock.json');
  return [process.version, ...[...files, lock].sort().map((file) => `${file} ${stamp(file)?.text}`)].join('\n');
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
