import type { Datastore } from '../datastore/datastore.ts';

/** Flags of a task that shape the graph: Recipe carries them, so that a graph needs no datastore. */
export const graphFlags = [
  'deptask',
  'rdeptask',
  'recrdeptask',
  'recideptask',
  'recdeptask',
  'depends',
  'rdepends',
  'mcdepends',
  'norecrdeptask',
  'runall',
] as const;

/** Name of a flag that shapes the graph. */
export type GraphFlag = (typeof graphFlags)[number];

/** The flags of a task that shape the graph, expanded; those that are not set are absent. Throws StxError. */
export function readGraphFlags(datastore: Datastore, task: string): Readonly<Record<string, string>> {
  const flags: Record<string, string> = {};
  for (const name of graphFlags) {
    const value = datastore.flag(task, name);
    if (value !== undefined) flags[name] = value;
  }
  return flags;
}
