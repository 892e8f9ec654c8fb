import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { LockRecord } from '../base/lock-record.ts';
import { StxError } from '../base/stx-error.ts';
import { type AptArchive, type AptWorkspace, openAptWorkspace } from './apt-workspace.ts';

/** What a lock file is made from: an archive, and per root (recipe) the packages it asks for by name. */
export interface LockRequest extends AptArchive {
  readonly roots: ReadonlyMap<string, readonly string[]>;
}

/**
 * Resolves each root by itself (the archive's essential packages, what is asked for, and their dependencies, without
 * recommendations) and gives one record per package of any root. Throws StxError (`lock-failed`).
 */
export async function resolveLock(request: LockRequest): Promise<readonly LockRecord[]> {
  await using apt = await openAptWorkspace(request);
  const rootsOf = new Map<string, string[]>();
  for (const root of [...request.roots.keys()].sort()) {
    for (const id of await resolveRoot(apt, request, request.roots.get(root) ?? [])) {
      rootsOf.set(id, [...(rootsOf.get(id) ?? []), root]);
    }
  }
  const records = await readIndex(apt, rootsOf);
  const found = new Set(records.map(packageId));
  const lost = [...rootsOf.keys()].find((id) => !found.has(id));
  if (lost !== undefined) throw StxError.of('lock-failed', `the index of \`${request.mirror}\` has no \`${lost}\``);
  return records;
}

async function resolveRoot(
  apt: AptWorkspace,
  archive: AptArchive,
  packages: readonly string[],
): Promise<readonly string[]> {
  const essential = `?and(?essential,?architecture(${archive.architecture}))`;
  const plan = await apt.run('apt-get', ['--simulate', '-qq', 'install', essential, ...packages]);
  return plan.split('\n').flatMap((line) => {
    const match = /^Inst (\S+) \((\S+) .*\[(\S+)\]\)/.exec(line);
    return match ? [`${match[1]?.split(':')[0]} ${match[2]} ${match[3]}`] : [];
  });
}

async function readIndex(
  apt: AptWorkspace,
  rootsOf: ReadonlyMap<string, readonly string[]>,
): Promise<readonly LockRecord[]> {
  const listing = await apt.run('apt-get', ['indextargets', '--format', '$(FILENAME)', 'Created-By: Packages']);
  const records = new Map<string, LockRecord>();
  for (const file of listing.split('\n').filter((line) => line !== '')) {
    for await (const stanza of stanzas(file)) {
      const record = toRecord(stanza, rootsOf);
      if (record) records.set(packageId(record), record);
    }
  }
  return [...records.values()];
}

type Fields = ReadonlyMap<string, string>;

async function* stanzas(path: string): AsyncGenerator<Fields> {
  let fields = new Map<string, string>();
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    const match = /^(Package|Version|Architecture|Filename|Size|SHA256): (.*)$/.exec(line);
    if (match) fields.set(match[1] ?? '', match[2] ?? '');
    else if (line === '') {
      yield fields;
      fields = new Map();
    }
  }
  if (fields.size > 0) yield fields;
}

function toRecord(fields: Fields, rootsOf: ReadonlyMap<string, readonly string[]>): LockRecord | undefined {
  const get = (name: string): string => fields.get(name) ?? '';
  const [name, version, architecture] = [get('Package'), get('Version'), get('Architecture')];
  const roots = rootsOf.get(`${name} ${version} ${architecture}`);
  if (!roots) return undefined;
  const file = { path: get('Filename'), sizeBytes: Number(get('Size')), sha256: get('SHA256') };
  return { name, version, architecture, ...file, roots };
}

function packageId(record: LockRecord): string {
  return `${record.name} ${record.version} ${record.architecture}`;
}
