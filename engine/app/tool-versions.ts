import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { digestOfFile } from '../base/sha256.ts';
import { findProgram } from '../tasks/guarded-command.ts';
import type { Witness } from './settled/witness.ts';

/** What a program of the host says of its version. */
export type ToolVersions = (name: string, path: string | undefined) => Promise<string>;

/** Where built-in tasks find programs that PATH does not name. */
const systemFolders = '/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What was asked of a program file, and how one sees that it is still the same file. */
type Known = Record<string, { readonly identity: string; readonly version: string } | undefined>;

/**
 * Versions of programs, as the first line of `--version`, else by the digest of the file; `missing` where there is none.
 * What a program said is kept in `cacheFile` until another file lies in its place; a witness is told which was looked at.
 */
export function toolVersions(cacheFile: string, witness?: Witness): ToolVersions {
  const answers = new Map<string, Promise<string>>();
  let known: Known | undefined;
  const ask = async (name: string, folders: string): Promise<string> => {
    const place = findProgram(name, folders);
    // One that appears in a folder before it would be found instead.
    for (const folder of folders.split(':')) {
      const candidate = join(folder, name);
      witness?.sawFile(candidate);
      if (candidate === place) break;
    }
    if (place === undefined) return 'missing';
    witness?.sawFile(place, true);
    const file = realpathSync(place);
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
    const identity = [dev, ino, size, mtimeNs, ctimeNs].join(' ');
    known ??= readKnown(cacheFile);
    const before = known[file];
    if (before?.identity === identity) return before.version;
    const version = await versionOf(file);
    known[file] = { identity, version };
    writeKnown(cacheFile, known);
    return version;
  };
  return (name, path) => {
    const folders = path ?? `${process.env['PATH'] ?? ''}:${systemFolders}`;
    const key = `${name}\n${folders}`;
    const answer = answers.get(key) ?? ask(name, folders);
    answers.set(key, answer);
    return answer;
  };
}

async function versionOf(file: string): Promise<string> {
  try {
    const options = { env: { LC_ALL: 'C', PATH: systemFolders }, timeout: 10_000 };
    const { stdout } = await promisify(execFile)(file, ['--version'], options);
    const [line = ''] = stdout.split('\n');
    if (line.trim() !== '') return line.trim();
  } catch {
    // It knows no --version: then its content says which one it is.
  }
  return (await digestOfFile(file)).hash;
}

function readKnown(path: string): Known {
  try {
    const read: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof read === 'object' && read !== null ? (read as Known) : {};
  } catch {
    return {};
  }
}

/** What cannot be kept is asked again. */
function writeKnown(path: string, known: Known): void {
  const temporary = `${path}.${process.pid}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, JSON.stringify(known));
    renameSync(temporary, path);
  } catch {
    return;
  }
}
