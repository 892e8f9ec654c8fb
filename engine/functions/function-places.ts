import type { Datastore } from '../datastore/datastore.ts';
import type { PlaceRun } from '../messages/task-order.ts';
import { isFunction } from './function-flags.ts';
import { type BodyLine, bodyLines } from './script-lines.ts';

/** Where the functions of a recipe were written, as plain data: name -> its body from the first line on. */
export type FunctionPlaces = ReadonlyMap<string, readonly PlaceRun[]>;

const known = new WeakMap<Datastore, FunctionPlaces>();

/** The places of all functions of a sealed datastore, kept for it. */
export function functionPlaces(datastore: Datastore): FunctionPlaces {
  const made =
    known.get(datastore) ??
    new Map(
      datastore
        .names()
        .filter((name) => isFunction(datastore, name))
        .map((name) => [name, runsOf(bodyLines(datastore, name))]),
    );
  known.set(datastore, made);
  return made;
}

/** The runs of one function, line by line. */
export function linesOf(runs: readonly PlaceRun[] | undefined): readonly (BodyLine | undefined)[] {
  return (runs ?? []).flatMap(({ path, line, count }) =>
    Array.from({ length: count }, (_, index) => (path === '' ? undefined : { path, line: line + index })),
  );
}

function runsOf(lines: readonly (BodyLine | undefined)[]): readonly PlaceRun[] {
  const runs: { path: string; line: number; count: number }[] = [];
  for (const place of lines) {
    const last = runs.at(-1);
    const { path, line } = place ?? { path: '', line: 0 };
    if (last?.path === path && (path === '' || last.line + last.count === line)) last.count++;
    else runs.push({ path, line, count: 1 });
  }
  return runs;
}
