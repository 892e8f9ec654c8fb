import { posix } from 'node:path';
import { parseSrcUri, type SrcUriEntry } from '../../base/src-uri.ts';
import { StxError } from '../../base/stx-error.ts';
import { redactUrl } from '../../net/redact.ts';
import { type GitSource, gitSource, isGitEntry } from './git/git-source.ts';

/** A source that lies in a layer, found along FILESPATH by the main thread. */
export interface LocalSource {
  readonly kind: 'local';
  readonly uri: SrcUriEntry;
  readonly path: string;
  /** Below the unpack folder, as `file://` names it. */
  readonly name: string;
  /** Of a folder: patches of its series that lie elsewhere. */
  readonly members?: ReadonlyMap<string, string> | undefined;
}

/** A source that is downloaded to DL_DIR. */
export interface RemoteSource {
  readonly kind: 'remote';
  readonly uri: SrcUriEntry;
  readonly url: string;
  readonly path: string;
  readonly name: string;
  readonly sha256: string | undefined;
  /** The varflag of SRC_URI that holds its sum: `sha256sum`, `NAME.sha256sum`. */
  readonly checksumFlag: string;
}

/** One entry of SRC_URI, with where its file lies. */
export type Source = LocalSource | RemoteSource | GitSource;

/** The parameter of an entry that stands for a locked file: it is proven and kept in DL_DIR, from a folder of this machine, too. */
export const lockedMark = 'locked';

/** The variables of an order. */
export type Variables = Readonly<Record<string, string>>;

/**
 * Every entry of SRC_URI in order, but for `distro://`, which whoever needs it replaces before (`withLockedSources`). Throws
 * StxError that names each entry that cannot be used.
 */
export function readSources(variables: Variables): readonly Source[] {
  const locals = localPaths(variables['LOCAL_SOURCES'] ?? '');
  return parseSrcUri(variables['SRC_URI'] ?? '')
    .filter((uri) => uri.type !== 'distro')
    .map((uri) => readSource(uri, variables, locals));
}

/** A variable that the task cannot do without. */
export function requireVariable(variables: Variables, name: string): string {
  const value = variables[name];
  if (value !== undefined && value !== '') return value;
  throw StxError.of('invalid-value', `\`${name}\` is not set`, {
    setting: { variable: name },
    help: `set \`${name}\` in the configuration`,
  });
}

/** Whether a variable or a parameter of a source means yes. */
export function isYes(value: string | undefined): boolean {
  return /^(1|y|yes|true|on)$/i.test(value ?? '');
}

/** Whether a variable or a parameter of a source means no. */
export function isNo(value: string | undefined): boolean {
  return /^(0|n|no|false|off)$/i.test(value ?? '');
}

function readSource(uri: SrcUriEntry, variables: Variables, locals: ReadonlyMap<string, FoundFile>): Source {
  if (uri.type === '' || uri.path === '') throw badEntry(uri, 'is not of the form `scheme://path`');
  const isLocked = uri.parameters.get(lockedMark) === '1';
  if (uri.type === 'file' && !isLocked) return localSource(uri, locals);
  if (isLocked || uri.type === 'http' || uri.type === 'https') return remoteSource(uri, variables);
  if (isGitEntry(uri)) return gitSource(uri, revisions(variables).get(uri.word), variables['DL_DIR'] ?? '');
  throw badEntry(uri, `has the scheme \`${uri.type}\`; known are file, http, https, git, gitsm and distro`);
}

function localSource(uri: SrcUriEntry, locals: ReadonlyMap<string, FoundFile>): LocalSource {
  const found = locals.get(uri.url) ?? locals.get(uri.path);
  if (found !== undefined) {
    const below = `${uri.path}/`;
    const members = [...locals].filter(([name]) => name.startsWith(below));
    const { path } = found;
    const source = { kind: 'local', uri, path, name: posix.normalize(found.name) } as const;
    if (members.length === 0) return source;
    return { ...source, members: new Map(members.map(([name, each]) => [name.slice(below.length), each.path])) };
  }
  throw StxError.of('local-source-missing', `\`${uri.url}\` lies nowhere along FILESPATH`, {
    setting: { variable: 'SRC_URI', word: uri.word },
    help: 'put the file into the folder `files/` beside the recipe, or correct its name in SRC_URI',
  });
}

function remoteSource(uri: SrcUriEntry, variables: Variables): RemoteSource {
  const path = uri.path.replace(/[?#].*$/, '');
  const name = uri.parameters.get('downloadfilename') ?? decodeName(/\/[^/]+$/.test(path) ? posix.basename(path) : '');
  if (name === '' || name === '.' || name === '..' || /[\p{Cc}/]/u.test(name)) {
    throw badEntry(uri, 'names no file; add `;downloadfilename=NAME`');
  }
  const label = uri.parameters.get('name');
  const checksumFlag = label === undefined ? 'sha256sum' : `${label}.sha256sum`;
  const given = uri.parameters.get('sha256sum') ?? variables[`SRC_URI[${checksumFlag}]`] ?? '';
  const sum = given.trim().toLowerCase();
  if (sum !== '' && !/^[0-9a-f]{64}$/.test(sum)) {
    throw badEntry(uri, `has the checksum \`${given}\`, which is not 64 hexadecimal digits`);
  }
  const sha256 = sum === '' ? undefined : sum;
  const target = posix.join(variables['DL_DIR'] ?? '', name);
  return { kind: 'remote', uri, url: uri.url, path: target, name, sha256, checksumFlag };
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** SOURCE_REVISIONS: entry of SRC_URI -> commit, as the main thread found it out. */
function revisions(variables: Variables): ReadonlyMap<string, string> {
  return new Map(Object.entries(JSON.parse(variables['SOURCE_REVISIONS'] || '{}') as Record<string, string>));
}

interface FoundFile {
  readonly uri?: string;
  readonly path: string;
  readonly name: string;
}

function localPaths(json: string): ReadonlyMap<string, FoundFile> {
  if (json.trim() === '') return new Map();
  const found = new Map<string, FoundFile>();
  for (const each of JSON.parse(json) as readonly FoundFile[]) {
    for (const key of [each.uri?.replace(/;.*$/, '') ?? each.name, each.name]) found.set(key, each);
  }
  return found;
}

function badEntry(uri: SrcUriEntry, why: string): StxError {
  return StxError.of('bad-source-uri', `the entry \`${redactUrl(uri.url)}\` of SRC_URI ${why}`, {
    setting: { variable: 'SRC_URI', word: uri.word },
  });
}
