import { accessSync, constants, lstatSync, readFileSync, statSync } from 'node:fs';
import { availableParallelism, hostname, machine, release, type, version } from 'node:os';
import { join } from 'node:path';
import type { StoredDiagnostic } from '../../messages/stored-diagnostic.ts';
import { findBuildDirectory } from '../build-directory.ts';
import type { BuildCall } from '../command-line/command-options.ts';

/** What an earlier call found, and everything that decided it. Lists alternate between a path and what was seen there. */
export interface SettledRecord {
  readonly format: string;
  readonly key: string;
  readonly given: string;
  /** The names of the targets, as the result shows them. */
  readonly names: readonly string[];
  /** Warnings that each call repeats. */
  readonly said: readonly StoredDiagnostic[];
  /** Identities, links followed. */
  readonly files: readonly string[];
  /** Identities of what lies at the path itself. */
  readonly links: readonly string[];
  /** `file`, `directory` or `missing`. */
  readonly kinds: readonly string[];
  /** Size in bytes of a file that must have it; `there` or `gone`. */
  readonly presence: readonly string[];
  /** Inode and size of journals: they only grow. */
  readonly journals: readonly string[];
}

/** The format that this program reads and writes. */
export const settledFormat = 'stx-settled-1';

/** Options that change nothing about what there is to do. */
const indifferent = new Set(['quiet', 'yes', 'verbose', 'debug', 'buildDirectory']);
const deciding = new Set(['words', 'allOs', 'task', 'runAll', 'runOnly', 'keepGoing']);

/**
 * The text that stands for a call, and its build directory; `undefined` for a call that does more than building what is
 * out of date.
 */
export function settledKey(call: BuildCall): { readonly key: string; readonly buildDirectory: string } | undefined {
  const decided: [string, unknown][] = [];
  for (const [name, value] of Object.entries(call)) {
    if (deciding.has(name)) decided.push([name, value]);
    else if (!indifferent.has(name) && !isAbsent(value)) return undefined;
  }
  const buildDirectory = findBuildDirectory(call.buildDirectory, process.cwd());
  return { key: JSON.stringify([buildDirectory, Object.fromEntries(decided.sort())]), buildDirectory };
}

/** What metadata may know of this machine, what runs the program, and where tools are looked for. */
export function givenText(): string {
  const ids = [process.getuid?.(), process.getgid?.()];
  const system = [type(), hostname(), release(), version(), machine()];
  return JSON.stringify([process.version, process.arch, availableParallelism(), ids, system, process.env['PATH']]);
}

/** Where the record of a key lies. */
export function settledPath(buildDirectory: string, key: string): string {
  return join(buildDirectory, 'cache', 'settled', `${recordName(key)}.json`);
}

/**
 * The record of an earlier call that had nothing to do, when all that it was found by is as it was then; `undefined` when
 * something differs or cannot be told.
 */
export function confirmSettled(call: BuildCall): SettledRecord | undefined {
  try {
    const asked = settledKey(call);
    if (asked === undefined) return undefined;
    const { key, buildDirectory } = asked;
    const record = JSON.parse(readFileSync(settledPath(buildDirectory, key), 'utf8')) as SettledRecord;
    if (record.format !== settledFormat || record.key !== key || record.given !== givenText()) return undefined;
    accessSync(buildDirectory, constants.W_OK);
    // Somebody builds here: what is there is about to change.
    if (lstatSync(join(buildDirectory, 'stx-bake.lock'), { throwIfNoEntry: false }) !== undefined) return undefined;
    return holds(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

function holds(record: SettledRecord): boolean {
  return stateHolds(record) && inputsHold(record);
}

/** Whether stamps and what tasks left are as they were. */
export function stateHolds({ journals, presence }: Pick<SettledRecord, 'journals' | 'presence'>): boolean {
  return every(journals, journalIdentity) && every(presence, presenceLike);
}

/** Whether everything that was looked at is as it was. */
export function inputsHold({ files, links, kinds }: Pick<SettledRecord, 'files' | 'links' | 'kinds'>): boolean {
  return every(files, fileIdentity) && every(links, linkIdentity) && every(kinds, kindOf);
}

function every(list: readonly string[], look: (path: string, expected: string) => string): boolean {
  for (let at = 0; at < list.length; at += 2) {
    const expected = list[at + 1] ?? '';
    if (look(list[at] ?? '', expected) !== expected) return false;
  }
  return true;
}

/** Inode, size and times of what a path leads to; `missing` when there is nothing. */
export function fileIdentity(path: string): string {
  return identityText(statSync(path, { throwIfNoEntry: false }));
}

/** The same of what lies at the path itself. */
export function linkIdentity(path: string): string {
  return identityText(lstatSync(path, { throwIfNoEntry: false }));
}

/** Inode and size of a file that only grows, or is replaced. */
export function journalIdentity(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? 'missing' : `${found.ino} ${found.size}`;
}

/** The kind of what a path leads to. */
export function kindOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 'missing';
  return found.isDirectory() ? 'directory' : 'file';
}

/** What is at a path, said as `expected` says it: by its size, or whether it is there. */
function presenceLike(path: string, expected: string): string {
  if (expected === 'there' || expected === 'gone')
    return lstatSync(path, { throwIfNoEntry: false }) === undefined ? 'gone' : 'there';
  return String(statSync(path, { throwIfNoEntry: false })?.size);
}

interface Identified {
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

function identityText(found: Identified | undefined): string {
  return found === undefined ? 'missing' : `${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === false || value === 0 || (Array.isArray(value) && value.length === 0);
}

/** A name for a text (FNV-1a, twice): the record itself says whether it is the right one. */
export function recordName(text: string): string {
  const hashes = [2_166_136_261, 3_735_928_559].map((seed) => {
    let hash = seed;
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 16_777_619);
    return (hash >>> 0).toString(16).padStart(8, '0');
  });
  return hashes.join('');
}
