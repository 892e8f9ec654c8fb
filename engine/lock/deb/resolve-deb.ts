import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { LockedRepository, LockRecord } from '../../base/lock-record.ts';
import { sha256 } from '../../base/sha256.ts';
import { StxError } from '../../base/stx-error.ts';
import { repositoryKeys } from '../keys/repository-keys.ts';
import { indexSigners } from '../keys/verify-index.ts';
import type { LockRequest, Repository, Resolution } from '../lock-request.ts';
import { type AptWorkspace, openAptWorkspace } from './apt-workspace.ts';
import { readStanzas } from './read-stanzas.ts';
import { sourceRecords } from './source-records.ts';

/**
 * Resolves each root by itself (the essential packages of the repositories, what is asked for, and their dependencies,
 * without recommendations) and gives one record per package of any root. Works in an empty folder of its own. Throws
 * StxError (`lock-failed`, `key-not-trusted`).
 */
export async function resolveDeb(request: LockRequest, directory: string): Promise<Resolution> {
  const sources = await Promise.all(
    request.repositories.map(async (repository) => {
      const keyring = join(directory, `${repository.id}.gpg`);
      const keys = await repositoryKeys(repository, request.keyFolder);
      await writeFile(keyring, Buffer.concat(keys.map((each) => each.bytes)));
      return { repository, keyring };
    }),
  );
  const architectures = architecturesOf(request);
  const kinds = request.sources.size === 0 ? (['deb'] as const) : (['deb', 'deb-src'] as const);
  const apt = await openAptWorkspace(directory, { sources, architectures, kinds, keep: request.keep });
  const rootsOf = new Map<string, string[]>();
  for (const root of [...request.roots.keys()].sort()) {
    for (const id of await resolveRoot(apt, request.architecture, request.roots.get(root) ?? [])) {
      rootsOf.set(id, [...(rootsOf.get(id) ?? []), root]);
    }
  }
  const binaries = await readIndex(apt, rootsOf, request.repositories);
  const found = new Set(binaries.map(packageId));
  const lost = [...rootsOf.keys()].find((id) => !found.has(id));
  if (lost !== undefined) throw StxError.of('lock-failed', `no index of the repositories has \`${lost}\``);
  const records = [...binaries, ...(await sourceRecords(apt, request))];
  return { records, repositories: await Promise.all(sources.map((each) => stateOf(each, apt))) };
}

/** The architecture of the roots, then those that words name besides: `libc6:arm64`. */
function architecturesOf({ architecture, roots }: LockRequest): readonly string[] {
  const words = [...roots.values()].flat().flatMap((word) => /^[^:=/]+:([a-z0-9-]+)/.exec(word)?.[1] ?? []);
  const foreign = words.filter((word) => !['any', 'all', 'native'].includes(word));
  return [...new Set([architecture, ...foreign])];
}

async function resolveRoot(
  apt: AptWorkspace,
  architecture: string,
  packages: readonly string[],
): Promise<readonly string[]> {
  const essential = `?and(?essential,?architecture(${architecture}))`;
  const plan = await apt.run('apt-get', ['--simulate', '-qq', 'install', essential, ...packages]);
  return plan.split('\n').flatMap((line) => {
    const match = /^Inst (\S+) \((\S+) .*\[(\S+)\]\)/.exec(line);
    return match ? [`${match[1]?.split(':')[0]} ${match[2]} ${match[3]}`] : [];
  });
}

async function readIndex(
  apt: AptWorkspace,
  rootsOf: ReadonlyMap<string, readonly string[]>,
  repositories: readonly Repository[],
): Promise<readonly LockRecord[]> {
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
  const records = new Map<string, LockRecord>();
  for (const { at, path } of files.toSorted((one, other) => one.at - other.at)) {
    for await (const stanza of readStanzas(path)) {
      const record = toRecord(stanza, rootsOf, repositories[at]?.id);
      if (record && !records.has(packageId(record))) records.set(packageId(record), record);
    }
  }
  return [...records.values()];
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
