import { formatDigest } from '../../base/digest.ts';
import { StxError } from '../../base/stx-error.ts';
import type { PastWork } from '../../explain/cause-finder.ts';
import { sourcePaths } from '../../explain/file-inputs.ts';
import { type ExplainedCause, explainDirty } from '../../explain/why.ts';
import { type DirtyCounts, whyText } from '../../explain/why-text.ts';
import { type History, openHistory } from '../../history/history.ts';
import { parseTarget } from '../../taskgraph/parse-target.ts';
import type { TaskKey } from '../../taskgraph/task-graph.ts';
import type { WhyCall } from '../command-line/command-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { lockText } from '../lock-text.ts';
import { type PlannedTargets, planTargets } from '../plan-targets.ts';

/** `stx-bake why TARGET[:TASK]`: the first causes why tasks would be worked on now. */
export async function whyCommand(options: WhyCall): Promise<number> {
  const target = options.words[0] ?? '';
  const planned = await planTargets([target], options);
  using history = openHistory(planned.buildDirectory);
  const since = sinceBuild(options.since, history);
  const past = since === undefined ? presentWork(planned, history) : workOf(history, since);
  const dirty = dirtyTasks(planned, past, since !== undefined);
  const asked =
    parseTarget(target).task === undefined ? dirty : new Set(targetsOf(planned).filter((key) => dirty.has(key)));
  const { described, plan, workspace } = planned;
  const paths = sourcePaths(workspace);
  const causes = explainDirty({
    described,
    plan,
    past,
    dirty: asked,
    withReasons: since === undefined,
    paths,
    lockText,
    missingOutput: ({ outputs }) => outputs.find(({ to }) => !planned.planInputs.isPresent({ path: to }))?.to,
  });
  for (const note of history.notes()) process.stderr.write(`stx-bake: ${note}\n`);
  answer({ options, planned, causes, dirty: asked, since });
  return exitCodes.ok;
}

function targetsOf({ described }: PlannedTargets): readonly TaskKey[] {
  return described.graph.targets;
}

function sinceBuild(text: string | undefined, history: History): number | undefined {
  if (text === undefined) return undefined;
  const build = Number(text);
  if (Number.isInteger(build) && history.build(build) !== undefined) return build;
  const known = history.builds(5).map((each) => each.build);
  const help =
    known.length === 0 ? 'there is no history yet' : `the newest: ${known.join(', ')}; \`stx-bake history\` lists them`;
  throw StxError.of('unknown-build', `there is no build \`${text}\` in the history`, { help });
}

/** As it is: the stamps say which work counts, the history what it was made from. */
function presentWork({ planInputs: { stamps } }: PlannedTargets, history: History): PastWork {
  const done = history.done();
  return {
    ...recordsOf(history),
    done: (task) => {
      const [stamp, last] = [stamps.get(task), done.get(task)];
      if (stamp === undefined || stamp.signature === last?.signature) return last;
      const output = stamp.output && formatDigest(stamp.output);
      return { build: 0, signature: stamp.signature, own: undefined, output };
    },
  };
}

function workOf(history: History, build: number): PastWork {
  const done = history.done(build);
  return { ...recordsOf(history), done: (task) => done.get(task) };
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

function answer(found: {
  readonly options: WhyCall;
  readonly planned: PlannedTargets;
  readonly causes: readonly ExplainedCause[];
  readonly dirty: ReadonlySet<TaskKey>;
  readonly since: number | undefined;
}): void {
  const { options, planned, causes, dirty, since } = found;
  const counts = countDirty(planned, dirty, since !== undefined);
  if (options.json) {
    const given = { target: options.words[0], since: since ?? null, tasks: counts, causes: causes.map(causeJson) };
    process.stdout.write(`${JSON.stringify(given, null, 2)}\n`);
  } else if (causes.length === 0) {
    const when =
      since === undefined ? 'nothing would run: all is up to date' : `nothing has changed since build ${since}`;
    process.stdout.write(`${when}\n`);
  } else process.stdout.write(whyText(causes, counts, { base: process.cwd(), all: options.all, since }));
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
