import { parseSrcUri, type SrcUriEntry } from '../base/src-uri.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { findSourceRevisions } from '../metadata/source-revisions.ts';

/** Parameters that say where and how a source is reached, not what it is. */
const ways = [
  'protocol',
  'user',
  'pswd',
  'branch',
  'nobranch',
  'usehead',
  'rebaseable',
  'rev',
  'tag',
  'name',
  'sha256sum',
];

/**
 * What the entries of SRC_URI are, a line each, wherever they come from: of git the commit and the part of it, of a download
 * its SHA-256 and file name. Another server, mirror or branch of the same commit is the same source.
 */
export function sourceIdentity(datastore: Datastore): string {
  const revisions = findSourceRevisions(datastore);
  const lines = parseSrcUri(datastore.get('SRC_URI') ?? '').map((entry) => {
    const commit = revisions.get(entry.word);
    if (commit !== undefined) return [entry.type, commit, ...parametersOf(entry, ways)].join(' ');
    const sum = checksum(entry, datastore);
    if (sum === undefined) return entry.word;
    // Behind `?` stands who asks, as often as not.
    const path = entry.path.replace(/[?#].*$/, '');
    const file = entry.parameters.get('downloadfilename') ?? path.slice(path.lastIndexOf('/') + 1);
    return ['sha256', sum, file, ...parametersOf(entry, [...ways, 'downloadfilename'])].join(' ');
  });
  return withoutPlaces(lines.join('\n'), datastore);
}

function parametersOf({ parameters }: SrcUriEntry, without: readonly string[]): readonly string[] {
  return [...parameters].filter(([name]) => !without.includes(name)).map(([name, value]) => `${name}=${value}`);
}

function checksum({ type, parameters }: SrcUriEntry, datastore: Datastore): string | undefined {
  if (type !== 'http' && type !== 'https') return undefined;
  const name = parameters.get('name');
  const flag = name === undefined ? 'sha256sum' : `${name}.sha256sum`;
  return (parameters.get('sha256sum') ?? datastore.flag('SRC_URI', flag))?.trim().toLowerCase() || undefined;
}

/** `;subdir=${S}` means the same in every build directory. */
function withoutPlaces(text: string, datastore: Datastore): string {
  let result = text;
  for (const name of ['WORKDIR', 'TMPDIR', 'DL_DIR']) {
    const path = datastore.get(name);
    if (path) result = result.replaceAll(path, `<${name}>`);
  }
  return result;
}
