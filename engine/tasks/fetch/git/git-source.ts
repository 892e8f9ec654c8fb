import { isAbsolute, join, normalize, posix } from 'node:path';
import { redactUrl } from '../../../base/redact.ts';
import type { SrcUriEntry } from '../../../base/src-uri.ts';
import { StxError } from '../../../base/stx-error.ts';
import { mirrorName } from '../mirrors.ts';
import { type GitAddress, gitAddress } from './git-address.ts';

/** A commit of a git repository, kept in a bare mirror below DL_DIR/git2. */
export interface GitSource {
  readonly kind: 'git';
  readonly uri: SrcUriEntry;
  /** The repository as messages show it. */
  readonly name: string;
  readonly address: GitAddress;
  /** The bare mirror. */
  readonly path: string;
  /** The archive of the mirror, as it lies in DL_DIR and on servers. BitBake: mirrortarballs. */
  readonly tarball: string;
  /** Commit, in full. */
  readonly revision: string;
  /** The commit must be on it; absent: anywhere. */
  readonly branch: string | undefined;
  /** A tag that must mean the commit. */
  readonly tag: string | undefined;
  readonly withSubmodules: boolean;
}

/** What SRC_URI says besides about laying a commit out. */
export interface GitLayout {
  /** Folder of the repository that becomes the root; empty: all of it. */
  readonly subpath: string;
  /** Folder below WORKDIR. */
  readonly destination: string;
  /** With history, as a clone. */
  readonly keepsGit: boolean;
}

/** Whether an entry of SRC_URI is of git. */
export function isGitEntry(uri: SrcUriEntry): boolean {
  return uri.type === 'git' || uri.type === 'gitsm';
}

/** The source of an entry; `revision` is what was found for it. Throws StxError for what cannot be used. */
export function gitSource(uri: SrcUriEntry, revision: string | undefined, downloads: string): GitSource {
  const { parameters } = uri;
  const address = gitAddress(uri.url, parameters);
  if (address === undefined) throw badEntry(uri, 'is not of the form `git://host/path`');
  if (revision === undefined) {
    throw StxError.of('missing-revision', `\`${redactUrl(uri.url)}\` has no revision`, {
      setting: { variable: 'SRC_URI', word: uri.word },
      help: revisionHelp(parameters.get('name')),
    });
  }
  if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(revision)) throw badEntry(uri, `has the revision \`${revision}\``);
  const anyBranch = ['nobranch', 'usehead'].some((name) => parameters.get(name) === '1');
  const branch = anyBranch ? undefined : parameters.get('branch') || undefined;
  if (!anyBranch && branch === undefined) throw badEntry(uri, 'names no branch; add `;branch=NAME` or `;nobranch=1`');
  if (branch?.includes(',')) throw badEntry(uri, 'names more than one branch; write an entry for each');
  return {
    kind: 'git',
    uri,
    name: redactUrl(address.url),
    address,
    ...mirrorPaths(address, downloads, parameters.get('rebaseable') === '1' ? `_${revision}` : ''),
    revision,
    branch,
    tag: parameters.get('tag') || undefined,
    withSubmodules: uri.type === 'gitsm',
  };
}

/** Where the mirror of a repository lies, and what its archive is called. */
export function mirrorPaths(address: GitAddress, downloads: string, suffix = ''): Pick<GitSource, 'path' | 'tarball'> {
  const name = mirrorName(address.host, address.path) + suffix;
  return { path: join(downloads, 'git2', name), tarball: `git2_${name}.tar.gz` };
}

/** What to do about a source without a revision. */
export function revisionHelp(name: string | undefined): string {
  const variable = name === undefined ? 'SRCREV' : `SRCREV_${name}`;
  return `set \`${variable}\` to a commit (40 hexadecimal digits), or to "\${AUTOREV}" for the newest of the branch`;
}

/** How SRC_URI wants a commit laid out. BitBake: fetch2/git.py, unpack. */
export function gitLayout({ uri }: GitSource, defaultDestination: string): GitLayout {
  const { parameters } = uri;
  const subpath = relativePath(uri, 'subpath');
  const byDefault = parameters.has('subdir') ? '.' : subpath === '' ? defaultDestination : posix.basename(subpath);
  const keepsGit = parameters.get('keepgit') === '1';
  if (keepsGit && subpath !== '') throw badEntry(uri, 'has both `subpath` and `keepgit`, which exclude each other');
  return { subpath, destination: relativePath(uri, 'destsuffix') || normalize(byDefault), keepsGit };
}

function relativePath(uri: SrcUriEntry, parameter: string): string {
  const path = normalize(uri.parameters.get(parameter) || '.').replace(/\/$/, '');
  if (path === '..' || path.startsWith('../') || isAbsolute(path)) {
    throw badEntry(uri, `has the ${parameter} \`${path}\`, which is not below`);
  }
  return path === '.' ? '' : path;
}

function badEntry(uri: SrcUriEntry, why: string): StxError {
  return StxError.of('bad-source-uri', `the entry \`${redactUrl(uri.url)}\` of SRC_URI ${why}`, {
    setting: { variable: 'SRC_URI', word: uri.word },
  });
}
