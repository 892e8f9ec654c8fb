import { relativeTaskId } from '../base/task-id.ts';
import type { DoneTask } from '../history/history.ts';
import type { RunReason } from '../messages/reason.ts';
import type { Plan } from '../plan/planned-task.ts';
import type { DescribedTask, DescribedTaskGraph } from '../signatures/described-task.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import {
  type BaseParts,
  changedDependencies,
  compareBases,
  compareOwn,
  type Difference,
  type SignatureParts,
} from './compare-records.ts';
import { ownDigest } from './own-inputs.ts';

/** What was done before, in the state that is compared with. */
export interface PastWork {
  done(task: TaskKey): DoneTask | undefined;
  /** The text that a hash was made from. */
  record(hash: string): string | undefined;
  /** The signature that gave an output (`HASH/SIZE`) of a task. */
  signatureOf(task: TaskKey, output: string): string | undefined;
  /** Whether what is known of a task comes from a stored result: then it was never done here. */
  isFromStore?(task: TaskKey): boolean;
}

/** What a search for causes is made from. */
export interface CauseInputs {
  readonly described: DescribedTaskGraph;
  readonly plan: Plan;
  readonly past: PastWork;
  /** The tasks to be explained. */
  readonly dirty: ReadonlySet<TaskKey>;
  /** Whether the plan's own reasons count: not when the state of an older build is compared with. */
  readonly withReasons: boolean;
  /** A directory of a task's result that is not there any more. */
  missingOutput?(task: DescribedTask): string | undefined;
  /** STAMP and WORKDIR that the stamp of the task was made under, when these are others now. */
  otherStamp?(task: DescribedTask): { readonly from: string; readonly to: string } | undefined;
}

/** A first cause: something of the task itself, not of what it depends on. */
export type OwnCause =
  | Difference
  | { readonly kind: 'forced' | 'nostamp' | 'never-built' | 'lost' | 'no-record' | 'other-output' }
  | { readonly kind: 'gone'; readonly path: string }
  | { readonly kind: 'other-stamp'; readonly from: string; readonly to: string }
  | { readonly kind: 'ran-later'; readonly predecessor: string };

/** A task as it was and is: the cause of its being dirty, or those that hand it on. */
interface Node {
  readonly task: TaskKey;
  readonly causes: readonly OwnCause[];
  readonly inherits: readonly string[];
}

/** Which causes each task has of its own, and from which others it has the rest. */
export interface CauseGraph {
  /** Keys of nodes by the task that is to be explained. */
  readonly starts: ReadonlyMap<TaskKey, string>;
  readonly nodes: ReadonlyMap<string, Node>;
}

/** So many texts of tasks are compared line by line; beyond that a task with a name that is known to differ is taken to be covered by it. */
const mostComparisons = 150;

const unknown = 'unknown';

/** Follows every dirty task down to what changed first. */
export function findCauses(inputs: CauseInputs): CauseGraph {
  const finder = new CauseFinder(inputs);
  const starts = new Map<TaskKey, string>();
  for (const key of inputs.dirty) starts.set(key, finder.ask(key, inputs.past.done(key)?.signature));
  return { starts, nodes: finder.settle() };
}

class CauseFinder {
  readonly #inputs: CauseInputs;
  readonly #nodes = new Map<string, Node>();
  readonly #pending = new Map<string, { readonly task: TaskKey; readonly signature: string | undefined }>();
  /** Values that are known to have changed: name -> present value -> the difference. */
  readonly #known = new Map<string, Map<string | null | undefined, Difference>>();
  /** Nodes of changed tasks; empty for those that have not changed. */
  readonly #changed = new Map<TaskKey, string>();
  #comparisons = 0;

  constructor(inputs: CauseInputs) {
    this.#inputs = inputs;
  }

  /** Names the node of a task as it was with a signature. */
  ask(task: TaskKey, signature: string | undefined): string {
    const key = `${task} ${signature ?? ''}`;
    if (!this.#nodes.has(key)) this.#pending.set(key, { task, signature });
    return key;
  }

  settle(): ReadonlyMap<string, Node> {
    for (const [key, { task, signature }] of this.#pending) {
      this.#pending.delete(key);
      if (!this.#nodes.has(key)) this.#nodes.set(key, this.#examine(task, signature));
    }
    return this.#nodes;
  }

  #examine(task: TaskKey, signature: string | undefined): Node {
    const reason = this.#reason(task, signature);
    const given = reason && this.#byReason(task, reason);
    if (given !== undefined) return given;
    if (signature === undefined) return { task, causes: [{ kind: 'never-built' }], inherits: [] };
    const described = this.#inputs.described.task(task);
    return this.#byDependencies(described, signature) ?? this.#byRecord(described, signature);
  }

  #reason(task: TaskKey, signature: string | undefined): RunReason | undefined {
    const { plan, past, withReasons } = this.#inputs;
    if (!withReasons || past.done(task)?.signature !== signature) return undefined;
    const planned = plan.tasks.get(task);
    return planned?.decision === 'run' || planned?.decision === 'open' ? planned.reason : undefined;
  }

  #byReason(task: TaskKey, reason: RunReason): Node | undefined {
    const own = (cause: OwnCause): Node => ({ task, causes: [cause], inherits: [] });
    switch (reason.kind) {
      case 'forced':
      case 'nostamp':
        return own({ kind: reason.kind });
      case 'artifact-missing':
        return own({ kind: 'gone', path: reason.path });
      case 'predecessor-ran-later': {
        const { predecessor } = reason;
        if (!this.#inputs.dirty.has(predecessor)) return own({ kind: 'ran-later', predecessor });
        const before = this.#inputs.past.done(predecessor)?.signature;
        return { task, causes: [], inherits: [this.ask(predecessor, before)] };
      }
      default:
        return undefined;
    }
  }

  /** What can be told without a look at the records: the task itself is as it was, or has only what is known to differ. */
  #byDependencies(described: DescribedTask, signature: string): Node | undefined {
    const { past, described: all } = this.#inputs;
    const done = past.done(described.key);
    if (done === undefined || done.signature !== signature || done.own !== ownDigest(described)) return undefined;
    const dependencies = all.graph.dependencies(described.key);
    if (dependencies.some((key) => past.done(key) === undefined)) return undefined;
    if (described.noexec || done.base === described.baseHash) return this.#inheriting(described);
    const causes = this.#comparisons < mostComparisons ? [] : this.#covered(described);
    if (causes.length === 0) return undefined;
    return { task: described.key, causes, inherits: this.#inheriting(described)?.inherits ?? [] };
  }

  /** What it has from dependencies alone; `undefined` when none changed. */
  #inheriting({ key: task }: DescribedTask): Node | undefined {
    const inherits: string[] = [];
    for (const key of this.#inputs.described.graph.dependencies(task)) {
      const node = this.#changedSince(key);
      if (node !== undefined) inherits.push(node);
    }
    return inherits.length === 0 ? undefined : { task, causes: [], inherits };
  }

  /** The node of a task that hands on something else than when it was last done here; looked at once for each task. */
  #changedSince(key: TaskKey): string | undefined {
    const known = this.#changed.get(key);
    if (known !== undefined) return known === '' ? undefined : known;
    const before = this.#inputs.past.done(key);
    const node = before !== undefined && this.#hasChanged(key, before) ? this.ask(key, before.signature) : '';
    this.#changed.set(key, node);
    return node === '' ? undefined : node;
  }

  #hasChanged(key: TaskKey, before: DoneTask): boolean {
    const now = this.#inputs.plan.digests.get(key);
    return now === undefined || now !== (this.#inputs.described.task(key).captures ? before.output : before.signature);
  }

  #byRecord(described: DescribedTask, signature: string): Node {
    const task = described.key;
    const before = parse<SignatureParts>(this.#inputs.past.record(signature));
    if (before === undefined) {
      return this.#inheriting(described) ?? { task, causes: [{ kind: 'no-record' }], inherits: [] };
    }
    const records = described.records(this.#digests(task));
    const after = parse<SignatureParts>(records.signature) ?? before;
    const causes: OwnCause[] = compareOwn(before, after).filter((each) => each.kind !== 'taint');
    if (before.base !== after.base) causes.push(...this.#compareBases(described, before.base, () => records.base));
    const inherits = changedDependencies(before, after).flatMap((name) => this.#dependency(described, name, before));
    const rest = inherits.filter((each) => typeof each === 'string');
    if (rest.length < inherits.length) causes.push({ kind: 'other-output' });
    if (causes.length + rest.length === 0 && !this.#inputs.past.isFromStore?.(task)) {
      causes.push(before.base === after.base ? this.#sameInputs(described) : { kind: 'no-record' });
    }
    return { task, causes, inherits: rest };
  }

  /** Why a task is dirty that would be made from what it was made from. */
  #sameInputs(described: DescribedTask): OwnCause {
    const { withReasons, missingOutput, otherStamp } = this.#inputs;
    const path = withReasons ? missingOutput?.(described) : undefined;
    const stamp = withReasons ? otherStamp?.(described) : undefined;
    if (stamp !== undefined) return { kind: 'other-stamp', ...stamp };
    return path === undefined ? { kind: 'lost' } : { kind: 'gone', path };
  }

  #digests(task: TaskKey): ReadonlyMap<TaskKey, string> {
    const { described, plan } = this.#inputs;
    return new Map(described.graph.dependencies(task).map((key) => [key, plan.digests.get(key) ?? unknown]));
  }

  /** The node of a dependency as it was; an object when it gives another output for what it was made from before. */
  #dependency(described: DescribedTask, name: string, before: SignatureParts): readonly (string | object)[] {
    const { graph } = this.#inputs.described;
    const key = graph
      .dependencies(described.key)
      .find((each) => relativeTaskId(graph.task(each).id, described.task.id) === name);
    if (key === undefined) return [];
    const digest = before.dependencies[name] ?? '';
    const { captures } = this.#inputs.described.task(key);
    const last = this.#inputs.past.done(key)?.signature;
    const signature = captures ? (this.#inputs.past.signatureOf(key, digest) ?? last) : digest;
    const planned = this.#inputs.plan.tasks.get(key);
    const isSame = captures && planned?.decision === 'up-to-date' && planned.signature === signature;
    return isSame ? [{}] : [this.ask(key, signature)];
  }

  #compareBases(described: DescribedTask, before: string, baseNow: () => string): readonly Difference[] {
    const covered = this.#comparisons < mostComparisons ? [] : this.#covered(described);
    if (covered.length > 0) return covered;
    const old = parse<BaseParts>(this.#inputs.past.record(before));
    const now = parse<BaseParts>(baseNow());
    if (old === undefined || now === undefined) return [];
    this.#comparisons++;
    const differences = compareBases(described.task.id.task, old, now);
    for (const each of differences) if (each.kind === 'variable') this.#remember(each);
    return differences;
  }

  #remember(difference: Extract<Difference, { readonly kind: 'variable' }>): void {
    const values = this.#known.get(difference.name) ?? new Map();
    this.#known.set(difference.name, values.set(difference.to, difference));
  }

  /** Known differences that the task has, too: the same name with the same present value. */
  #covered({ inputs: { metadata } }: DescribedTask): readonly Difference[] {
    const found: Difference[] = [];
    for (const [name, values] of this.#known) {
      const difference = Object.hasOwn(metadata.variables, name) ? values.get(metadata.variables[name]) : undefined;
      if (difference !== undefined) found.push(difference);
    }
    return found;
  }
}

function parse<T>(text: string | undefined): T | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as T);
}
