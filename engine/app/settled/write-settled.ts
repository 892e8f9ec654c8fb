import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { StoredDiagnostic } from '../../messages/stored-diagnostic.ts';
import type { Plan } from '../../plan/planned-task.ts';
import { projectDirectory } from '../build-directory.ts';
import type { BuildCall } from '../command-line/command-options.ts';
import {
  fileIdentity,
  givenText,
  journalIdentity,
  kindOf,
  linkIdentity,
  type SettledRecord,
  settledFormat,
  settledKey,
  settledPath,
} from './settled-record.ts';
import type { PresenceNotes, Witness } from './witness.ts';

/** Clock steps of file systems: a change this soon before the start may leave the stamp of one after it. */
const clockStepMs = 50;
const coarseClockStepMs = 2100;
/** So many records are kept; the others are made again when they are needed. */
const keptRecords = 16;

/** Whether a plan has nothing to run, to restore or to find out. */
export function isSettled(plan: Plan): boolean {
  for (const { decision } of plan.tasks.values())
    if (decision !== 'up-to-date' && decision !== 'not-needed') return false;
  return true;
}

/** What a settled plan was made from. */
export interface SettledFacts {
  readonly call: BuildCall;
  readonly names: readonly string[];
  readonly said: readonly StoredDiagnostic[];
  readonly witness: Witness;
  readonly presence: PresenceNotes;
  /** The journals that stamps were read from. */
  readonly journals: Iterable<string>;
}

/** Leaves the record of a settled plan for later calls, or nothing when it would not be certain. Never throws. */
export function writeSettled(facts: SettledFacts): void {
  const asked = settledKey(facts.call);
  const { witness } = facts;
  if (asked === undefined || witness.isBlind) return;
  try {
    const found = identitiesOf(witness.withDigests());
    if (found === undefined) return;
    const { files, links, kinds } = found;
    const record: SettledRecord = {
      format: settledFormat,
      key: asked.key,
      given: givenText(),
      names: facts.names,
      said: facts.said,
      files,
      links,
      kinds,
      presence: [...facts.presence.seen].flat(),
      journals: [...facts.journals].flatMap((path) => [path, journalIdentity(path)]),
    };
    writeRecord(settledPath(asked.buildDirectory, asked.key), JSON.stringify(record));
  } catch {
    // Without a record the next call finds out for itself.
  }
}

/** What was seen, as it is now, with the code of this program; `undefined` when something may not be what was looked at. */
export function identitiesOf(
  seen: Pick<Witness, 'files' | 'links' | 'kinds'>,
): Pick<SettledRecord, 'files' | 'links' | 'kinds'> | undefined {
  const paths = new Map(seen.files);
  for (const path of programFiles()) paths.set(path, true);
  const files = identities(paths, fileIdentity);
  const links = identities(new Map([...seen.links].map((path) => [path, true])), linkIdentity);
  if (files === undefined || links === undefined) return undefined;
  for (const [path, kind] of seen.kinds) if (kindOf(path) !== kind) return undefined;
  return { files, links, kinds: [...seen.kinds].flat() };
}

/** The identity of each path; `undefined` when one of them may not be what was looked at. */
export function identities(
  seen: ReadonlyMap<string, boolean | undefined>,
  identity: (path: string) => string,
): readonly string[] | undefined {
  const list: string[] = [];
  for (const [path, isThere] of seen) {
    const found = identity(path);
    if (isThere !== undefined && isThere !== (found !== 'missing')) return undefined;
    if (found !== 'missing' && !isOld(found, performance.timeOrigin)) return undefined;
    list.push(path, found);
  }
  return list;
}

/** Whether the last change lies so far back that it must have been there before the call began. */
function isOld(identity: string, startedMs: number): boolean {
  const [modified = 0, changed = 0] = identity.split(' ').slice(2).map(Number);
  const latest = Math.max(modified, changed);
  return latest < startedMs - (latest % 1000 === 0 ? coarseClockStepMs : clockStepMs);
}

/** The code of this program: another version may decide otherwise. */
function programFiles(): readonly string[] {
  const engine = join(projectDirectory, 'engine');
  const names = readdirSync(engine, { recursive: true, encoding: 'utf8' });
  const code = names.filter((name) => /\.(?:ts|mjs|py)$/.test(name)).map((name) => join(engine, name));
  return [...code, join(projectDirectory, 'package-lock.json')];
}

/** Puts a record in place, and takes away those that were not made for longest. Throws what the file system throws. */
export function writeRecord(path: string, text: string | Uint8Array, kept = keptRecords): void {
  const temporary = `${path}.${process.pid}.new`;
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  prune(dirname(path), kept);
}

function prune(folder: string, kept: number): void {
  const found = readdirSync(folder).map((name) => join(folder, name));
  if (found.length <= kept) return;
  const byAge = found
    .map((path) => ({ path, usedMs: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.usedMs - a.usedMs);
  for (const { path } of byAge.slice(kept)) rmSync(path, { force: true });
}
