import type { Datastore } from '../../datastore/datastore.ts';
import { activeSession } from '../active-session.ts';
import { currentPlace } from '../datastore-access.ts';
import type { DatastoreObject } from '../datastore-object.ts';
import { UnsupportedConstruct } from '../values/python-error.ts';
import { represent } from '../values/represent.ts';
import { words } from '../values/text-methods.ts';
import { PythonList } from '../values/value.ts';
import { raise } from './exceptions.ts';
import { parseUrl, type Url } from './url.ts';
import { type Reference, referenceOf, writtenRevision } from './written-revision.ts';

/** A source that a version control system holds, at a revision. */
interface Revision {
  readonly name: string;
  readonly revision: string;
  /** Whether revisions of this kind have no order, so that versions made from them need a counter in front. */
  readonly unordered: boolean;
}

/** Schemes with revisions: those whose revisions have no order of their own are true. */
const versioned: ReadonlyMap<string, boolean> = new Map([
  ...['git', 'gitsm', 'gitannex', 'hg', 'repo'].map((scheme) => [scheme, true] as const),
  ...['svn', 'p4'].map((scheme) => [scheme, false] as const),
]);

const schemes = new Set([
  ...versioned.keys(),
  ...[
    'file',
    'http',
    'https',
    'ftp',
    'ftps',
    'sftp',
    's3',
    'gs',
    'az',
    'crate',
    'gomod',
    'gomodgit',
    'npm',
    'npmsw',
    'ssh',
  ],
  ...['ccrc', 'osc'],
]);

/** The text for a version and all revisions of SRC_URI. Throws FetchError. BitBake: fetch2._get_srcrev. */
export function sourceRevisions(d: DatastoreObject): {
  readonly version: string;
  readonly revisions: readonly string[];
} {
  const store = d.writable();
  store.set('__BBSRCREV_SEEN', '1', currentPlace());
  if (store.get('__BBINSRCREV')) {
    raise('bb.fetch2.FetchError', 'There are recursive references in fetcher variables, likely through SRC_URI');
  }
  store.set('__BBINSRCREV', '1', currentPlace());
  try {
    return versionFrom(d, revisionsOf(d));
  } finally {
    store.unset('__BBINSRCREV', currentPlace());
  }
}

function versionFrom(d: DatastoreObject, found: readonly Revision[]): ReturnType<typeof sourceRevisions> {
  const revisions = found.map((each) => each.revision);
  const [first] = found;
  if (first === undefined) return { version: '', revisions };
  const counter = found.some((each) => each.unordered) ? 'AUTOINC+' : '';
  if (found.length === 1) return { version: counter + first.revision.slice(0, 10), revisions };
  const format = d.datastore.get('SRCREV_FORMAT');
  if (!format) raise('bb.fetch2.FetchError', 'The SRCREV_FORMAT variable must be set when multiple SCMs are used.');
  const byName = new Map(found.map(({ name, revision }) => [name, revision.slice(0, 10)]));
  // Longer names first: one may begin with another.
  const names = [...byName.keys()].sort((a, b) => b.length - a.length).map((each) => each.replace(/\W/g, '\\$&'));
  const text = format.replace(new RegExp(names.join('|'), 'g'), (name) => byName.get(name) ?? name);
  return { version: counter + text, revisions };
}

function revisionsOf(d: DatastoreObject): readonly Revision[] {
  return words(d.datastore.get('SRC_URI') ?? '').flatMap((address) => {
    const url = parseUrl(d.datastore.expand(address));
    if (!schemes.has(url.scheme)) raise('bb.fetch2.NoMethodError', address);
    const unordered = versioned.get(url.scheme);
    if (unordered === undefined) return [];
    checkBranch(url, address);
    const name = url.params.get('name') ?? 'default';
    return [{ name, revision: fixedRevision(d, { url, name, address }), unordered }];
  });
}

/** Whether a fetcher takes addresses of this scheme. */
export function isKnownScheme(scheme: string): boolean {
  return schemes.has(scheme);
}

/** Throws ParameterError for an address of git that names no branch. */
export function checkBranch(url: Url, address: string): void {
  if (!url.scheme.startsWith('git') || url.params.get('branch') || url.params.get('nobranch') === '1') return;
  if (url.params.get('usehead') === '1') return;
  raise('bb.fetch2.ParameterError', 'The url does not set any branch parameter or set nobranch=1.', address);
}

/** The revision that variables or the address name. BitBake: fetch2.srcrev_internal_helper. */
export function fixedRevision(
  d: DatastoreObject,
  source: { readonly url: Url; readonly name: string; readonly address: string },
): string {
  const { url, name, address } = source;
  const parameters = new Map([...url.params].map(([each, value]) => [each, value ?? ''] as const));
  const { set, inAddress: written, tried } = writtenRevision(d.datastore, { name, parameters });
  if (written && set !== undefined && set !== written) {
    const both = `${set} from SRCREV and ${written} from the url`;
    raise('bb.fetch2.FetchError', `Conflicting revisions (${both}) found, please specify one valid value`);
  }
  const revision = written ?? set;
  const reference = url.scheme.startsWith('git') ? referenceOf(revision, parameters) : undefined;
  if (reference !== undefined) return askRepository(d.datastore, { address, reference });
  if (revision === undefined) {
    const names = represent(new PythonList([...tried]));
    const message = `Please set a valid SRCREV for url ${names} (possible key names are ${address}, or use a ;rev=X URL parameter)`;
    raise('bb.fetch2.FetchError', message, address);
  }
  if (revision === 'AUTOINC') return needsNetwork(revision, address);
  return revision;
}

function askRepository(
  datastore: Datastore,
  asked: { readonly address: string; readonly reference: Reference },
): string {
  const { address, reference } = asked;
  const { revisions } = activeSession().host ?? {};
  if (revisions === undefined) return needsNetwork(reference.name === 'HEAD' ? 'AUTOINC' : reference.name, address);
  return revisions.newest({ address: datastore.expand(address), reference, value: (name) => datastore.get(name) });
}

function needsNetwork(revision: string, address: string): never {
  throw new UnsupportedConstruct(
    `the revision \`${revision}\` of \`${address}\`, which only the network knows`,
    'set SRCREV to a commit',
  );
}
