import type { LockRecord } from '../../base/lock-record.ts';
import { StxError } from '../../base/stx-error.ts';
import type { LockRequest } from '../lock-request.ts';
import type { AptWorkspace } from './apt-workspace.ts';
import { readStanzas } from './read-stanzas.ts';

/** These versions of the source packages that recipes ask for, with the files that each `.dsc` names. */
export async function sourceRecords(
  apt: AptWorkspace,
  request: LockRequest,
  wanted: ReadonlyMap<string, string>,
): Promise<readonly LockRecord[]> {
  const { sources, repositories } = request;
  if (sources.size === 0) return [];
  const format = ['--format', '$(SOURCESENTRY) $(FILENAME)', 'Created-By: Sources'];
  const records = new Map<string, LockRecord>();
  for (const line of (await apt.run('apt-get', ['indextargets', ...format])).split('\n')) {
    const [, number = '', path = ''] = /^\S*:(\d+) (.*)$/.exec(line) ?? [];
    if (path === '') continue;
    const repository = repositories[(Number(number) - 1) % repositories.length]?.id;
    for await (const stanza of readStanzas(path)) {
      const name = stanza.get('Package') ?? '';
      if (wanted.get(name) !== stanza.get('Version') || records.has(name)) continue;
      records.set(name, { ...toRecord(stanza), repository, roots: [...(sources.get(name) ?? [])].sort() });
    }
  }
  return [...records.values()];
}

/** The newest version of each source package, as apt compares them. Throws StxError `lock-failed` for one that is nowhere. */
export async function newestSources(apt: AptWorkspace, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const newest = new Map<string, string>();
  for (const name of names) {
    const said = await apt.run('apt-get', ['--only-source', '--print-uris', 'source', name]);
    const version = /_([^_]+)\.dsc /.exec(said)?.[1];
    const listed = await apt.run('apt-cache', ['showsrc', '--only-source', name]);
    const versions = [...listed.matchAll(/^Version: (.*)$/gm)].map(([, each = '']) => each);
    const found = versions.find((each) => each.replace(/^\d+:/, '') === decodeURIComponent(version ?? ''));
    if (found === undefined) throw StxError.of('lock-failed', `the repositories have no source package \`${name}\``);
    newest.set(name, found);
  }
  return newest;
}

function toRecord(fields: ReadonlyMap<string, string>): Omit<LockRecord, 'roots'> {
  const name = fields.get('Package') ?? '';
  const parts = (fields.get('Checksums-Sha256') ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [sha256 = '', size = '', file = ''] = line.split(/\s+/);
      return { sha256, sizeBytes: Number(size), name: file };
    });
  const dsc = parts.find((each) => each.name.endsWith('.dsc'));
  if (dsc === undefined) {
    throw StxError.of('lock-failed', `the index names no \`.dsc\` with its SHA-256 for the source package \`${name}\``);
  }
  return {
    name,
    type: 'dsc',
    version: fields.get('Version') ?? '',
    architecture: 'source',
    path: `${fields.get('Directory') ?? ''}/${dsc.name}`,
    sizeBytes: dsc.sizeBytes,
    sha256: dsc.sha256,
    parts: parts.filter((each) => each !== dsc),
  };
}
