import { formatDigest } from '../../base/digest.ts';
import { nodeFileReader } from '../../base/node-file-reader.ts';
import type { PastWork } from '../../explain/cause-finder.ts';
import { sourcePaths } from '../../explain/file-inputs.ts';
import { type ExplainedCause, explainDirty } from '../../explain/why.ts';
import { type DirtyCounts, type WhyStyle, whyText } from '../../explain/why-text.ts';
import { type DoneTask, type History, openHistory } from '../../history/history.ts';
import { otherStamp } from '../../runqueue/stamps.ts';
import { parseTarget } from '../../taskgraph/parse-target.ts';
import type { TaskKey } from '../../taskgraph/task-graph.ts';
import { changedFiles } from '../changed-files.ts';
import type { WhyCall } from '../command-line/command-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { lockText } from '../lock-text.ts';
import { type PlannedTargets, planTargets } from '../plan-targets.ts';
import { chooseBuild } from './history-command.ts';

/** `stx-bake why TARGET[:TASK]`: the first causes why tasks would be worked on now. */
export async function whyCommand(options: WhyCall): Promise<number> {
  const target = options.words[0] ?? '';
  const planned = await planTargets([target], options);
  using history = openHistory(planned.buildDirectory);
  const since = options.since === undefined ? undefined : chooseBuild(options.since, history).build;
  const past = since === undefined ? presentWork(planned, history) : workOf(history, since);
  const found = await explainWithStore(planned, past, { target, since });
  const files = since === undefined ? await changedFiles(found.causes, history) : new Map();
  for (const note of history.notes()) process.stderr.write(`stx-bake: ${note}\n`);
  const text = options.json
    ? `${JSON.stringify(found.json(files), null, 2)}\n`
    : found.text({ base: process.cwd(), all: options.all, files });
  process.stdout.write(text);
  return exitCodes.ok;
}

/** Tasks that were never done here are compared with stored results, unless that tells nothing. */
async function explainWithStore(
  planned: PlannedTargets,
  past: PastWork,
  asked: { readonly target: string; readonly since: number | undefined },
): Promise<WhyAnswer> {
  const mayBeNew = asked.since === undefined && hasWork(planned);
  const closest = mayBeNew ? await (await import('../closest-work.ts')).closestWork(planned, past) : undefined;
  if (closest === undefined || closest.size === 0) return explainTargets(planned, past, asked);
  const found = explainTargets(planned, closest, asked);
  return found.causes.length > 0 ? found : explainTargets(planned, past, asked);
}

/** Whether something would run, or may. */
function hasWork({ plan }: PlannedTargets): boolean {
  for (const { decision } of plan.tasks.values()) if (decision === 'run' || decision === 'open') return true;
  return false;
}

/** An answer to why tasks would be worked on. */
export interface WhyAnswer {
  readonly causes: readonly ExplainedCause[];
  /** `files`: what is newer in folders (`changedFiles`). */
  json(files?: ReadonlyMap<ExplainedCause, readonly string[]>): object;
  text(style: Omit<WhyStyle, 'since'>): string;
}

/** Explains planned targets: what would be worked on now, or what build `since` had not made as it would be made now. */
export function explainTargets(
  planned: PlannedTargets,
  past: PastWork,
  asked: { readonly target: string; readonly since: number | undefined },
): WhyAnswer {
  const { target, since } = asked;
  const all = dirtyTasks(planned, past, since !== undefined);
  const hasTask = parseTarget(target).task !== undefined;
  const dirty = hasTask ? new Set(targetsOf(planned).filter((key) => all.has(key))) : all;
  const { described, plan, workspace, planInputs } = planned;
  const causes = explainDirty({
    described,
    plan,
    past,
    dirty,
    withReasons: since === undefined,
    paths: sourcePaths(workspace),
    lockText,
    files: nodeFileReader,
    otherStamp: ({ task }) => otherStamp(task),
    missingOutput: ({ outputs }) => outputs.find(({ to }) => !planInputs.isPresent({ path: to }))?.to,
  });
  const counts = countDirty(planned, dirty, since !== undefined);
  const fromStore = [...dirty].some((key) => past.isFromStore?.(key));
  return {
    causes,
    json: (files) => ({
      ...{ target, since: since ?? null, fromStore, tasks: counts },
      causes: causes.map((each) => ({ ...causeJson(each), files: files?.get(each) ?? [] })),
    }),
    text: (style) => {
      const hint = fromStore ? 'never built here; compared with the stored results that come nearest:\n' : '';
      if (causes.length > 0) return `${hint}${whyText(causes, counts, { ...style, since })}`;
      return since === undefined
        ? 'nothing would run: all is up to date\n'
        : `nothing has changed since build ${since}\n`;
    },
  };
}

function targetsOf({ described }: PlannedTargets): readonly TaskKey[] {
  return described.graph.targets;
}

/** As it is: the stamps say which work counts, the history what it was made from. */
export function presentWork({ planInputs: { stamps } }: PlannedTargets, history: History): PastWork {
  const known = doneTasks(history);
  const done = (task: TaskKey): DoneTask | undefined => {
    const before = known(task);
    const stamp = stamps.get(task);
    if (stamp === undefined || stamp.signature === before?.signature) return before;
    const output = stamp.output && formatDigest(stamp.output);
    return { build: 0, signature: stamp.signature, base: undefined, own: undefined, output };
  };
  return { ...recordsOf(history), done };
}

function workOf(history: History, build: number): PastWork {
  return { ...recordsOf(history), done: doneTasks(history, build) };
}

/** So many tasks are asked for one by one; going through all that is known takes as long as some hundred of these questions. */
const mostSingly = 200;

function doneTasks(history: History, build?: number): (task: TaskKey) => DoneTask | undefined {
  const known = new Map<TaskKey, DoneTask | undefined>();
  let all: ReadonlyMap<string, DoneTask> | undefined;
  return (task) => {
    if (all !== undefined) return all.get(task);
    if (known.has(task)) return known.get(task);
    if (known.size >= mostSingly) {
      all = history.done(build);
      return all.get(task);
    }
    const found = history.doneTask(task, build);
    known.set(task, found);
    return found;
  };
}

function recordsOf(history: History): Pick<PastWork, 'record' | 'signatureOf'> {
  return {
    record: (hash) => history.record(hash),
    signatureOf: (task, output) => history.signatureOf(task, output),
  };
}

/** The tasks that would be worked on; compared with an older build, those that it did not make as they would be made now. */
function dirtyTasks({ plan, described }: PlannedTargets, past: PastWork, isSince: boolean): ReadonlySet<TaskKey> {
  const dirty = new Set<TaskKey>();
  for (const [key, planned] of plan.tasks) {
    const { decision } = planned;
    const isActive = decision === 'run' || decision === 'restore' || decision === 'open';
    const signature =
      'signature' in planned ? planned.signature : described.task(key).captures ? undefined : plan.digests.get(key);
    const differs = signature === undefined ? isActive : signature !== past.done(key)?.signature;
    if (isSince ? differs : isActive) dirty.add(key);
  }
  return dirty;
}

function countDirty({ plan, described }: PlannedTargets, dirty: ReadonlySet<TaskKey>, isSince: boolean): DirtyCounts {
  const counts = { run: 0, restore: 0, open: 0 };
  for (const key of dirty) {
    const decision = plan.tasks.get(key)?.decision ?? 'run';
    if (described.task(key).noexec) continue;
    if (isSince || decision === 'run') counts.run++;
    else if (decision === 'restore' || decision === 'open') counts[decision]++;
  }
  return counts;
}

/** Absent facts are null, so that every answer has the same fields. */
function causeJson({ cause, about, place, namedAt, packages, direct, dirties }: ExplainedCause): object {
  const filled = Object.fromEntries(Object.entries(cause).map(([name, value]) => [name, value ?? null]));
  return { ...filled, about: about ?? null, place: place ?? null, namedAt: namedAt ?? null, packages, direct, dirties };
}
