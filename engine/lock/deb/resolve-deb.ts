import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { LockedRepository, LockRecord } from '../../base/lock-record.ts';
import { sha256 } from '../../base/sha256.ts';
import { StxError } from '../../base/stx-error.ts';
import { repositoryKeys } from '../keys/repository-keys.ts';
import { indexSigners } from '../keys/verify-index.ts';
import type { LockRequest, Repository, Resolution } from '../lock-request.ts';
import { withFallbacks } from '../with-fallbacks.ts';
import { type AptWorkspace, openAptWorkspace } from './apt-workspace.ts';
import { readStanzas } from './read-stanzas.ts';
import { resolveRoots } from './resolve-roots.ts';
import { newestSources, sourceRecords } from './source-records.ts';

/**
 * Resolves each root by itself (the essential packages of the repositories, what is asked for, and their dependencies,
 * without recommendations) and gives one record per package of any root. Works in an empty folder of its own. Throws
 * StxError (`lock-failed`, `key-not-trusted`).
 */
export async function resolveDeb(request: LockRequest, directory: string): Promise<Resolution> {
  const keyrings = await Promise.all(
    request.repositories.map(async (repository) => {
      const keyring = join(directory, `${repository.id}.gpg`);
      const keys = await repositoryKeys(repository, request.keyFolder);
      await writeFile(keyring, Buffer.concat(keys.map((each) => each.bytes)));
      return keyring;
    }),
  );
  const architectures = architecturesOf(request);
  const kinds = request.sources.size === 0 ? (['deb'] as const) : (['deb', 'deb-src'] as const);
  const { keep } = request;
  const {
    value: apt,
    repositories,
    notes,
  } = await withFallbacks(request.repositories, (current) => {
    const at = current.map((repository, index) => ({ repository, keyring: keyrings[index] ?? '' }));
    return openAptWorkspace(directory, { sources: at, architectures, kinds, keep });
  });
  const sources = repositories.map((repository, index) => ({ repository, keyring: keyrings[index] ?? '' }));
  const sourceVersions = await newestSources(apt, [...request.sources.keys()]);
  const rootsOf = new Map<string, string[]>();
  for (const [root, ids] of await resolveRoots(apt, request, sourceVersions)) {
    for (const id of ids) rootsOf.set(id, [...(rootsOf.get(id) ?? []), root]);
  }
  const binaries = withAskedAs(await readIndex(apt, rootsOf, request.repositories), request.roots);
  const found = new Set(binaries.map(packageId));
  const lost = [...rootsOf.keys()].find((id) => !found.has(id));
  if (lost !== undefined) throw StxError.of('lock-failed', `no index of the repositories has \`${lost}\``);
  const records = [...binaries, ...(await sourceRecords(apt, request, sourceVersions))];
  return { records, repositories: await Promise.all(sources.map((each) => stateOf(each, apt))), notes };
}

/** The architecture of the roots, then those that words name besides: `libc6:arm64`. */
function architecturesOf({ architecture, roots }: LockRequest): readonly string[] {
  const own = [...roots.values()].flatMap(({ architecture: native, target }) =>
    [native, target].flatMap((each) => each ?? []),
  );
  const words = [...roots.values()].flatMap(({ packages }) => packages);
  const named = words.flatMap((word) => /^[^:=/]+:([a-z0-9-]+)/.exec(word)?.[1] ?? []);
  const foreign = named.filter((word) => !['any', 'all', 'native'].includes(word));
  return [...new Set([architecture, ...own, ...foreign])];
}

async function readIndex(
  apt: AptWorkspace,
  rootsOf: ReadonlyMap<string, readonly string[]>,
  repositories: readonly Repository[],
): Promise<readonly Indexed[]> {
  const listing = await apt.run('apt-get', [
    'indextargets',
    '--format',
    '$(SOURCESENTRY) $(FILENAME)',
    'Created-By: Packages',
  ]);
  const files = listing.split('\n').flatMap((line) => {
    const [, number = '', path = ''] = /^\S*:(\d+) (.*)$/.exec(line) ?? [];
    return path === '' ? [] : [{ at: (Number(number) - 1) % repositories.length, path }];
  });
  const records = new Map<string, Indexed>();
  for (const { at, path } of files.toSorted((one, other) => one.at - other.at)) {
    for await (const stanza of readStanzas(path)) {
      const record = toRecord(stanza, rootsOf, repositories[at]?.id);
      if (record === undefined || records.has(packageId(record))) continue;
      const provides = (stanza.get('Provides') ?? '').split(',').map((each) => each.replace(/\(.*/, '').trim());
      records.set(packageId(record), { ...record, provides });
    }
  }
  return [...records.values()];
}

type Indexed = LockRecord & { readonly provides: readonly string[] };

/** Notes by which words that are no package's name a package was asked for: those that it provides. */
function withAskedAs(found: readonly Indexed[], roots: LockRequest['roots']): readonly LockRecord[] {
  const names = new Set(found.map((each) => each.name));
  const words = [...roots.values()].flatMap(({ packages }) => packages.map((word) => word.replace(/[:=/].*$/, '')));
  const virtual = new Set(words.filter((word) => !names.has(word)));
  return found.map(({ provides, ...record }) => {
    const askedAs = [...new Set(provides.filter((each) => virtual.has(each)))].sort();
    return askedAs.length === 0 ? record : { ...record, askedAs };
  });
}

function toRecord(
  fields: ReadonlyMap<string, string>,
  rootsOf: ReadonlyMap<string, readonly string[]>,
  repository: string | undefined,
): LockRecord | undefined {
  const get = (name: string): string => fields.get(name) ?? '';
  const [name, version, architecture] = [get('Package'), get('Version'), get('Architecture')];
  const roots = rootsOf.get(`${name} ${version} ${architecture}`);
  if (!roots) return undefined;
  const file = { path: get('Filename'), sizeBytes: Number(get('Size')), sha256: get('SHA256') };
  return { name, version, architecture, repository, ...file, roots };
}

function packageId(record: LockRecord): string {
  return `${record.name} ${record.version} ${record.architecture}`;
}

/** apt has checked the signature; here it is asked whose it is. */
async function stateOf(
  { repository, keyring }: { readonly repository: Repository; readonly keyring: string },
  { lists }: AptWorkspace,
): Promise<LockedRepository> {
  const { id, url, suite } = repository;
  const ending = `_dists_${suite.replaceAll('/', '_')}_InRelease`;
  const host = basename(url.replace(/^[a-z+]+:\/*/, '').replaceAll('/', '_'));
  const names = (await readdir(lists)).filter((name) => name.endsWith(ending));
  const name = names.find((each) => each.replace(/^_/, '') === `${host}${ending}`) ?? names[0];
  if (name === undefined) {
    throw StxError.of('lock-failed', `\`${url}\` has no \`dists/${suite}/InRelease\``, {
      help: 'take a mirror of this time: a signature beside the index is not read',
    });
  }
  const path = join(lists, name);
  const text = await readFile(path, 'utf8');
  const date = /^Date: (.*)$/m.exec(text)?.[1];
  return {
    id,
    index: `dists/${suite}/InRelease`,
    indexSha256: sha256(text),
    ...(date === undefined ? {} : { revision: date.trim() }),
    signedBy: await indexSigners({ name: `\`${url}/dists/${suite}/InRelease\``, keyring, signed: path }),
  };
}
