import type { Datastore } from '../../datastore/datastore.ts';

/** What a source with revisions is called in variables, and what its address says of its revision. */
export interface RevisedSource {
  /** The parameter `name`; `default` without one. */
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** What variables and address say about the revision of a source. */
export interface WrittenRevision {
  /** Of SRCREV and its like. */
  readonly set: string | undefined;
  /** The parameter `rev`. */
  readonly inAddress: string | undefined;
  /** The variables that were asked, strongest first. */
  readonly tried: readonly string[];
}

/** A revision that only the repository can tell: a branch, a tag, or `HEAD`. */
export type Reference = { readonly kind: 'branch' | 'tag' | 'any'; readonly name: string };

/** Reads SRCREV_NAME and SRCREV (each first for the recipe by its override), and `;rev=`. BitBake: fetch2.srcrev_internal_helper. */
export function writtenRevision(datastore: Datastore, { name, parameters }: RevisedSource): WrittenRevision {
  const pn = datastore.get('PN');
  const tried = [
    ...(pn ? [`SRCREV_${name}:pn-${pn}`] : []),
    `SRCREV_${name}`,
    ...(pn ? [`SRCREV:pn-${pn}`] : []),
    'SRCREV',
  ];
  const set = tried.map((each) => datastore.get(each)).find((each) => each && each !== 'INVALID');
  return { set, inAddress: parameters.get('rev') || undefined, tried };
}

/** What has to be asked for, when a revision is no commit yet; undefined: it is one, or nothing is known. */
export function referenceOf(
  revision: string | undefined,
  parameters: ReadonlyMap<string, string>,
): Reference | undefined {
  if (revision === 'AUTOINC') {
    const branch = parameters.get('branch');
    return branch && parameters.get('usehead') !== '1'
      ? { kind: 'branch', name: branch }
      : { kind: 'branch', name: 'HEAD' };
  }
  const tag = parameters.get('tag');
  if (revision === undefined && tag) return { kind: 'tag', name: tag };
  if (revision === undefined && parameters.get('usehead') === '1') return { kind: 'branch', name: 'HEAD' };
  if (revision === undefined || /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(revision)) return undefined;
  return { kind: 'any', name: revision };
}
