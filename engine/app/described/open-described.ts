import { randomUUID } from 'node:crypto';
import { lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DeferredDatastore } from '../../datastore/deferred-datastore.ts';
import type { StoredDiagnostic } from '../../messages/stored-diagnostic.ts';
import { taskName } from '../../metadata/task-table.ts';
import type { BaseConfiguration, LoadedConfiguration, Workspace } from '../../metadata/workspace.ts';
import type { Decided } from '../../plan/decide-task.ts';
import { fileStamps } from '../../runqueue/stamps.ts';
import type { DescribedTaskGraph } from '../../signatures/described-task.ts';
import { parseTarget } from '../../taskgraph/parse-target.ts';
import type { TaskKey } from '../../taskgraph/task-graph.ts';
import { findBuildDirectory } from '../build-directory.ts';
import { fileDigests } from '../file-digests.ts';
import type { ReadingOptions } from '../load-metadata.ts';
import { lockDigests } from '../lock-digests.ts';
import {
  fileIdentity,
  givenText,
  inputsHold,
  linkIdentity,
  type SettledRecord,
  stateHolds,
} from '../settled/settled-record.ts';
import { describedFolder, describedKey, describedPath, type GraphChoice } from './described-key.ts';
import type { KeptConfiguration, KeptDigest, KeptHead, KeptLock, KeptState } from './described-record.ts';
import { KeptGraph } from './kept-graph.ts';
import { KeptStore, type PresentFacts } from './kept-store.ts';
import { MetadataBehind } from './read-again.ts';
import { readSections, type Sections } from './sections.ts';

/** Targets described from what an earlier call left. */
export interface KeptTargets {
  readonly buildDirectory: string;
  readonly workspace: Workspace;
  readonly base: BaseConfiguration;
  readonly described: DescribedTaskGraph;
  /** What the long way would have said. */
  readonly said: readonly StoredDiagnostic[];
  /** Decisions on tasks that nothing has changed for. */
  decided(key: TaskKey): Decided | undefined;
  /** Some recipe has setscene tasks: then a plan needs the real configuration. */
  readonly hasSetscene: boolean;
  /** The real configuration. */
  realBase(): BaseConfiguration;
}

/** So many graphs are looked at for one that holds the targets. */
const mostLooked = 3;

interface Found {
  readonly sections: Sections;
  readonly head: KeptHead;
  readonly keys: readonly TaskKey[];
  readonly targets: readonly number[];
  readonly isWhole: boolean;
}

/**
 * The described graph of targets, when one was kept and everything that shaped it is as it was; sources and lock files that
 * differ are digested anew. `isChecked`: only one that was checked as builds do. `undefined`: it has to be made.
 */
export async function openDescribed(
  targets: readonly string[],
  options: ReadingOptions & GraphChoice,
  isChecked = false,
): Promise<KeptTargets | undefined> {
  try {
    // Who asks for it is told how long reading takes.
    if (options.verbose + options.debug > 0) return undefined;
    const buildDirectory = findBuildDirectory(options.buildDirectory, process.cwd());
    const given = givenText();
    const isUsable = (head: KeptHead): boolean =>
      head.buildDirectory === buildDirectory && head.given === given && (head.isChecked || !isChecked);
    const found =
      findWhole(buildDirectory, targets, options, isUsable) ?? findPart(buildDirectory, targets, options, isUsable);
    if (found === undefined) return undefined;
    if (!inputsHold(found.sections.json<Pick<SettledRecord, 'files' | 'links' | 'kinds'>>('checks'))) return undefined;
    const facts = await presentFacts(found.sections);
    return facts && assemble(found, facts, options);
  } catch {
    // Damaged, of another format, or gone meanwhile: the long way tells what there is to tell.
    return undefined;
  }
}

function findWhole(
  buildDirectory: string,
  targets: readonly string[],
  options: GraphChoice,
  isUsable: (head: KeptHead) => boolean,
): Found | undefined {
  const key = describedKey(buildDirectory, targets, options);
  const path = describedPath(buildDirectory, key);
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
  const sections = readSections(path);
  const head = sections.json<KeptHead>('head');
  if (head.key !== key || !isUsable(head)) return undefined;
  return { sections, head, keys: sections.json('keys'), targets: head.targets, isWhole: true };
}

/** A larger graph: what lies below a task does not depend on the targets where making the graph was nothing to speak of. */
function findPart(
  buildDirectory: string,
  targets: readonly string[],
  options: GraphChoice,
  isUsable: (head: KeptHead) => boolean,
): Found | undefined {
  if ((options.runAll?.length ?? 0) + (options.runOnly?.length ?? 0) > 0) return undefined;
  for (const path of newest(describedFolder(buildDirectory)).slice(0, mostLooked)) {
    const sections = readSections(path);
    const head = sections.json<KeptHead>('head');
    if (!head.isPlain || !isUsable(head)) continue;
    const keys = sections.json<readonly TaskKey[]>('keys');
    const numbers = numbersOf(targets, { sections, head, keys }, options);
    if (numbers !== undefined) return { sections, head, keys, targets: numbers, isWhole: false };
  }
  return undefined;
}

function newest(folder: string): readonly string[] {
  const found = readdirSync(folder).filter((name) => !name.endsWith('.new'));
  return found
    .map((name) => join(folder, name))
    .map((path) => ({ path, madeMs: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.madeMs - a.madeMs)
    .map(({ path }) => path);
}

/** The tasks that targets mean; `undefined` when one of them may mean something else. */
function numbersOf(
  targets: readonly string[],
  from: Pick<Found, 'sections' | 'head' | 'keys'>,
  { task }: GraphChoice,
): readonly number[] | undefined {
  const { head, keys, sections } = from;
  const asked = task === undefined ? head.defaultTask : taskName(task);
  if (targets.length === 1 && targets[0] === 'world')
    return asked === head.defaultTask ? (head.world ?? undefined) : undefined;
  const numbers = new Set<number>();
  const owners = new Set(sections.json<readonly string[]>('owners'));
  for (const text of targets) {
    const target = parseTarget(text);
    const number = keys.indexOf(`${target.name}:${target.task ?? asked}`);
    if (target.configuration !== '' || number === -1 || !owners.has(target.name)) return undefined;
    numbers.add(number);
  }
  return [...numbers];
}

/** What is as it is now; `undefined` when a file that shapes the graph came or went. */
async function presentFacts(sections: Sections): Promise<PresentFacts | undefined> {
  const state = sections.json<KeptState>('state');
  const files = fileDigests();
  const [digests, changedDigests] = [[] as string[], new Set<number>()];
  for (const [number, kept] of sections.json<readonly KeptDigest[]>('digests').entries()) {
    const digest = isSame(kept) ? kept.digest : await files.digest(kept.path, kept.leftOut);
    if (kept.ifThere && (digest === 'missing') !== (kept.digest === 'missing')) return undefined;
    digests.push(digest);
    if (digest !== kept.digest) changedDigests.add(number);
  }
  const lockRecords = lockDigests();
  const [locks, changedLocks] = [[] as string[], new Set<number>()];
  for (const [number, kept] of sections.json<readonly KeptLock[]>('locks').entries()) {
    const digest = holds(kept.files, fileIdentity) ? kept.digest : await lockRecords(kept.path, kept.root);
    locks.push(digest);
    if (digest !== kept.digest) changedLocks.add(number);
  }
  const sameStamps = stateHolds({ journals: state.journals, presence: [] });
  return {
    ...{ digests, changedDigests, locks, changedLocks },
    nonce: randomUUID(),
    taints: sameStamps ? undefined : (task) => fileStamps.taint(task),
    isSettled: state.settled !== null && stateHolds(state.settled),
  };
}

function isSame({ files, links }: KeptDigest): boolean {
  return holds(files, fileIdentity) && holds(links, linkIdentity);
}

function holds(list: readonly string[] | null, identity: (path: string) => string): boolean {
  if (list === null) return false;
  for (let at = 0; at < list.length; at += 2) if (identity(list[at] ?? '') !== list[at + 1]) return false;
  return true;
}

function assemble(
  { sections, head, keys, targets, isWhole }: Found,
  facts: PresentFacts,
  options: ReadingOptions,
): KeptTargets {
  const configurations = head.configurations.map(({ name }) => name).filter((name) => name !== '');
  const behind = new MetadataBehind({ ...options, configurations });
  const store = new KeptStore({ sections, head, keys, facts, behind });
  const graph = new KeptGraph(store, targets, isWhole);
  const workspace: Workspace = {
    configurations: new Map(head.configurations.map((each) => [each.name, keptConfiguration(each, behind)])),
  };
  return {
    buildDirectory: head.buildDirectory,
    workspace,
    base: keptBase(head.configurations[0], behind),
    described: { graph, task: (key) => store.described(key) },
    said: head.said,
    decided: (key) => store.decided(key),
    hasSetscene: head.hasSetscene,
    realBase: () => behind.configuration('').base,
  };
}

function keptConfiguration(kept: KeptConfiguration, behind: MetadataBehind): LoadedConfiguration {
  return {
    base: keptBase(kept, behind),
    evaluatedFiles: 0,
    get catalog() {
      return behind.configuration(kept.name).catalog;
    },
  };
}

function keptBase(kept: KeptConfiguration | undefined, behind: MetadataBehind): BaseConfiguration {
  const { name = '', layers = [], values = {} } = kept ?? {};
  const real = (): BaseConfiguration => behind.configuration(name).base;
  const datastore = new DeferredDatastore({ values }, () => real().datastore);
  return {
    ...{ name, layers, datastore },
    get recipeFiles() {
      return real().recipeFiles;
    },
    get filesRead() {
      return real().filesRead;
    },
    value: (variable) => {
      const known = values[variable];
      return known === undefined ? real().value(variable) : (known ?? undefined);
    },
  };
}
