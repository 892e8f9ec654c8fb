import { formatDigest } from '../base/digest.ts';
import type { PastWork } from '../explain/cause-finder.ts';
import { countDifferences } from '../explain/compare-records.ts';
import type { DoneTask } from '../history/history.ts';
import type { DescribedTask } from '../signatures/described-task.ts';
import type { ActionResult } from '../sstate/action-cache.ts';
import { type LocalStore, openLocalStore } from '../sstate/local-store.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import { storeDirectory } from './build-ports.ts';
import type { PlannedTargets } from './plan-targets.ts';

/** Tasks and results that are looked at: the store is read for each. */
const mostTasks = 200;
const mostResults = 8;

/**
 * For tasks that were never done here: the stored result of the same recipe and task that comes nearest and was not taken
 * counts as their past work, and what it was made from, down to the next stored results, as that of the tasks below.
 */
export async function closestWork(planned: PlannedTargets, past: PastWork): Promise<ClosestWork> {
  const store = openLocalStore(storeDirectory(planned.base));
  const found = new ClosestWork(past);
  let looked = 0;
  for (const [key, { decision }] of planned.plan.tasks) {
    const described = planned.described.task(key);
    const isMissed = (decision === 'run' || decision === 'open') && described.captures && !described.noexec;
    if (!isMissed || past.done(key) !== undefined) continue;
    if (++looked > mostTasks) break;
    await addClosest(planned, described, { store, found });
  }
  return found;
}

async function addClosest(
  planned: PlannedTargets,
  described: DescribedTask,
  more: { readonly store: LocalStore; readonly found: ClosestWork },
): Promise<void> {
  const { store, found } = more;
  const keys = (await store.tasks.keysOf(described.task.id)).slice(0, mostResults).map(({ key }) => key);
  const results = await store.actions.find(keys);
  const { graph } = planned.described;
  const digests = graph.dependencies(described.key).map((key) => [key, planned.plan.digests.get(key) ?? ''] as const);
  const now = described.records(new Map(digests)).signature;
  let best: { readonly key: string; readonly result: ActionResult; readonly count: number } | undefined;
  for (const [key, result] of results) {
    const signature = await readText(store, result, 'record/signature');
    if (signature === undefined) continue;
    found.addText(key, signature);
    found.addOutput(described.key, formatDigest(result.output), key);
    const count = countDifferences(signature, now);
    if (best === undefined || count < best.count) best = { key, result, count };
  }
  if (best === undefined) return;
  const [base, below] = [
    await readText(store, best.result, 'record/base'),
    await readText(store, best.result, 'record/below'),
  ];
  found.addClosest(described.key, best.key, { base, below });
  found.addBelow(planned, described.key);
}

async function readText({ blobs }: LocalStore, { files }: ActionResult, name: string): Promise<string | undefined> {
  const digest = files?.[name];
  const bytes = digest && (await blobs.read(digest));
  return bytes && Buffer.from(bytes).toString();
}

/** Past work with what stored results tell besides. */
export class ClosestWork implements PastWork {
  readonly #past: PastWork;
  readonly #done = new Map<TaskKey, DoneTask>();
  readonly #texts = new Map<string, string>();
  readonly #outputs = new Map<string, string>();

  constructor(past: PastWork) {
    this.#past = past;
  }

  done(task: TaskKey): DoneTask | undefined {
    return this.#past.done(task) ?? this.#done.get(task);
  }

  /** Tasks that are compared with a stored result. */
  get size(): number {
    return this.#done.size;
  }

  isFromStore(task: TaskKey): boolean {
    return this.#past.done(task) === undefined && this.#done.has(task);
  }

  record(hash: string): string | undefined {
    return this.#past.record(hash) ?? this.#texts.get(hash);
  }

  signatureOf(task: TaskKey, output: string): string | undefined {
    return this.#past.signatureOf(task, output) ?? this.#outputs.get(`${task} ${output}`);
  }

  addText(hash: string, text: string): void {
    this.#texts.set(hash, text);
  }

  addOutput(task: TaskKey, output: string, signature: string): void {
    this.#outputs.set(`${task} ${output}`, signature);
  }

  addClosest(
    task: TaskKey,
    signature: string,
    texts: { readonly base: string | undefined; readonly below: string | undefined },
  ): void {
    this.#done.set(task, { build: 0, signature, base: undefined, own: undefined, output: undefined });
    const base = JSON.parse(this.#texts.get(signature) ?? '{}')['base'] as unknown;
    if (typeof base === 'string' && texts.base !== undefined) this.#texts.set(base, texts.base);
    const below = JSON.parse(texts.below ?? '{}') as Readonly<Record<string, string>>;
    for (const [hash, text] of Object.entries(below)) this.#texts.set(hash, text);
  }

  /** The tasks below that capture nothing were done with the signatures that the records above them name. */
  addBelow({ described: { graph, task } }: PlannedTargets, from: TaskKey): void {
    const pending = [from];
    for (let key = pending.pop(); key !== undefined; key = pending.pop()) {
      const text = this.#texts.get(this.#done.get(key)?.signature ?? '');
      if (text === undefined) continue;
      const { dependencies } = JSON.parse(text) as { readonly dependencies: Readonly<Record<string, string>> };
      for (const need of graph.dependencies(key)) {
        const signature = dependencies[need] ?? dependencies[need.replace(/^mc:[^:]*:/, '')];
        if (task(need).captures || signature === undefined || this.done(need) !== undefined) continue;
        this.#done.set(need, { build: 0, signature, base: undefined, own: undefined, output: undefined });
        pending.push(need);
      }
    }
  }
}
