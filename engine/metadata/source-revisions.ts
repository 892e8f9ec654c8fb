import { redactUrl } from '../base/redact.ts';
import { parseSrcUri, type SrcUriEntry } from '../base/src-uri.ts';
import { StxError } from '../base/stx-error.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { referenceOf, writtenRevision } from '../python/bb/written-revision.ts';
import { attachedHost } from '../python/engine-host.ts';

/** The commits of the git sources of SRC_URI, by entry. Throws StxError for one that has none, or that nobody can tell. */
export function findSourceRevisions(datastore: Datastore): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const entry of parseSrcUri(datastore.get('SRC_URI') ?? '')) {
    if (entry.type === 'git' || entry.type === 'gitsm') found.set(entry.word, revisionOf(datastore, entry));
  }
  return found;
}

/** Asks for all variables that may name revisions of SRC_URI, so that a recipe is known to depend on them. */
export function readRevisions(datastore: Datastore): void {
  for (const { type, parameters } of parseSrcUri(datastore.get('SRC_URI') ?? '')) {
    if (type !== 'git' && type !== 'gitsm') continue;
    writtenRevision(datastore, { name: parameters.get('name') ?? 'default', parameters });
  }
}

function revisionOf(datastore: Datastore, { word, url, parameters }: SrcUriEntry): string {
  const name = parameters.get('name');
  const { set, inAddress } = writtenRevision(datastore, { name: name ?? 'default', parameters });
  const variable = name === undefined ? 'SRCREV' : `SRCREV_${name}`;
  const place = { setting: { variable: 'SRC_URI', word }, span: datastore.definition('SRC_URI') };
  if (inAddress !== undefined && set !== undefined && inAddress !== set) {
    const message = `\`${redactUrl(url)}\` has the revision ${inAddress} in SRC_URI and ${set} in \`${variable}\``;
    throw StxError.of('bad-source-uri', message, { ...place, help: 'name one of them' });
  }
  const revision = inAddress ?? set;
  const reference = referenceOf(revision, parameters);
  const { revisions } = attachedHost(datastore) ?? {};
  if (reference !== undefined && revisions !== undefined) {
    return revisions.newest({ address: word, reference, value: (each) => datastore.get(each) });
  }
  if (revision !== undefined && reference === undefined) return revision;
  throw StxError.of('missing-revision', `\`${redactUrl(url)}\` has no revision`, {
    ...place,
    help: `set \`${variable}\` to a commit (40 hexadecimal digits), or to "\${AUTOREV}" for the newest of the branch`,
  });
}
