import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makePlanInputs } from '../../../engine/app/build-ports.ts';
import { describePorts } from '../../../engine/app/describe-ports.ts';
import { numberOfThreads } from '../../../engine/app/number-of-threads.ts';
import { openSetscene } from '../../../engine/app/setscene.ts';
import { choosePlanInputs } from '../../../engine/app/stored-results-choice.ts';
import { systemClock } from '../../../engine/base/clock.ts';
import { StxError } from '../../../engine/base/stx-error.ts';
import type { BuildEvent } from '../../../engine/messages/build-event.ts';
import { makePlan } from '../../../engine/plan/make-plan.ts';
import type { Plan } from '../../../engine/plan/planned-task.ts';
import { runBuild } from '../../../engine/runqueue/runqueue.ts';
import { fileStamps } from '../../../engine/runqueue/stamps.ts';
import { describeTasks } from '../../../engine/signatures/describe-tasks.ts';
import type { DescribedTaskGraph } from '../../../engine/signatures/described-task.ts';
import { tasksToForce } from '../../../engine/taskgraph/tasks-to-force.ts';
import { createEventHandlers } from '../../../engine/worker/event-handlers.ts';
import { createWorkerPool } from '../../../engine/worker/worker-pool.ts';
import type { CaseContext } from '../case-context.ts';
import type { Query } from '../cases.ts';
import { applyEdits, type Edit } from '../edits.ts';
import { type FailureAnswer, failureAnswer, type LoadedProject, loadProject } from '../loaded-project.ts';
import { graphOf, taskText } from './graph.ts';

interface Step {
  readonly targets: readonly string[];
  readonly task?: string;
  readonly options?: readonly string[];
  readonly edits?: readonly Edit[];
  readonly clear?: readonly string[];
  readonly files?: readonly string[];
  readonly log?: string;
}

/** Builds one step after the other in one project folder, each with the engine started afresh. */
export async function answerRun(query: Query, context: CaseContext): Promise<unknown> {
  const directory = context.freshProject();
  const steps: unknown[] = [];
  for (const step of query['steps'] as readonly Step[]) {
    applyEdits(directory, step.edits);
    for (const name of step.clear ?? ['run.log']) rmSync(join(directory, name), { force: true });
    steps.push({ ...(await build(directory, step)), ...leftBehind(directory, step) });
  }
  return { steps };
}

function leftBehind(directory: string, { files, log }: Step): object {
  const text = (name: string): string | null =>
    existsSync(join(directory, name)) ? readFileSync(join(directory, name), 'utf8') : null;
  const lines =
    log === undefined ? [] : (text(log) ?? '').split(/\r?\n/).filter((line, at, all) => line || at < all.length - 1);
  return {
    ...(files === undefined ? {} : { files: Object.fromEntries(files.map((name) => [name, text(name)])) }),
    ...(log === undefined ? {} : { log: lines.sort() }),
  };
}

async function build(directory: string, step: Step): Promise<object> {
  const project = await loadProject(directory);
  if (project.failure !== undefined) return notStarted(project.failure);
  try {
    return await buildLoaded(project, step);
  } catch (error) {
    if (!(error instanceof StxError)) throw error;
    return notStarted(failureAnswer(error.diagnostics, 'graph', directory));
  }
}

function notStarted(failed: FailureAnswer | undefined): object {
  return { exit: 'error', failed, ran: [], order: [] };
}

async function buildLoaded(project: LoadedProject, step: Step): Promise<object> {
  const options = new Map((step.options ?? []).map((option) => [option.split('=')[0] ?? '', option.split('=')[1]]));
  const names = (option: string): readonly string[] => options.get(option)?.split(',') ?? [];
  const base = project.workspace.configurations.get('')?.base;
  if (base === undefined) throw new Error('no configuration');
  const keepGoing = options.has('continue');
  const graph = graphOf(project, step.targets, {
    defaultTask: step.task,
    keepGoing,
    runAll: names('runall'),
    runOnly: names('runonly'),
  });
  if ('fails' in graph) return notStarted(graph);
  const forced = tasksToForce(graph, { force: options.has('force'), invalidate: names('invalidate') });
  const described = await describeTasks(graph, describePorts(base, forced));
  const noSetscene = options.has('no-setscene');
  await using setscene = openSetscene(described, base, { noSetscene });
  const asked = { ...makePlanInputs(described, base, forced), scene: setscene.tasks };
  const planInputs = choosePlanInputs(asked, { noSetscene });
  const plan = await makePlan(planInputs);
  if (options.has('dry-run')) return outcome(described, plannedTasks(plan));
  const processor = numberOfThreads(base.datastore);
  await using runner = createWorkerPool({ threads: processor + 2 });
  const seen = { restored: [] as string[], started: [] as string[], done: [] as string[], failed: [] as string[] };
  const signal = new AbortController().signal;
  await using handlers = createEventHandlers({ datastore: base.datastore, signal, onNote: () => undefined });
  const startedMs = systemClock.nowMs();
  const limits = { slots: { processor, network: 2 } };
  const { enforcement } = setscene;
  const work = { planInputs, plan, runner, handlers, enforcement };
  const inputs = { ...work, stamps: fileStamps, clock: systemClock, limits, keepGoing };
  for await (const event of runBuild(inputs)) note(event, described, seen);
  const noexec = [...plan.tasks.keys()].filter((key) => isDoneNoexec(described, key, startedMs));
  return outcome(described, { ...seen, noexec });
}

interface Ran {
  readonly restored?: readonly string[];
  readonly started: readonly string[];
  readonly noexec: readonly string[];
  readonly failed: readonly string[];
}

/** What a dry run would do. */
function plannedTasks({ tasks }: Plan): Ran {
  const started = [...tasks.values()].filter(({ decision }) => decision === 'run' || decision === 'open');
  const restored = [...tasks.values()].filter(({ decision }) => decision === 'restore').map(({ task }) => task);
  return { restored, started: started.map(({ task }) => task), noexec: [], failed: [] };
}

/** Throws when a task starts before one that it needs has ended. */
function note(
  event: BuildEvent,
  { graph }: DescribedTaskGraph,
  seen: { readonly restored: string[]; readonly started: string[]; readonly done: string[]; readonly failed: string[] },
): void {
  if (event.kind === 'task-started' && event.action === 'restore') seen.restored.push(event.task);
  else if (event.kind === 'task-started') {
    const early = graph.dependencies(event.task).find((key) => seen.started.includes(key) && !seen.done.includes(key));
    if (early !== undefined) throw new Error(`${event.task} was started before ${early} ended`);
    seen.started.push(event.task);
  }
  if (event.kind !== 'task-finished' || event.action === 'restore') return;
  if (event.outcome.status === 'failed') seen.failed.push(event.task);
  else seen.done.push(event.task);
}

function isDoneNoexec(described: DescribedTaskGraph, key: string, sinceMs: number): boolean {
  if (!described.task(key).noexec) return false;
  const stamp = fileStamps.read(described.graph.task(key));
  return stamp !== undefined && !stamp.restored && stamp.finishedAtMs >= sinceMs;
}

function outcome(described: DescribedTaskGraph, ran: Ran): object {
  const { graph } = described;
  const text = (key: string): string => taskText(graph.task(key).id);
  const texts = (keys: readonly string[]): readonly string[] => keys.map(text).sort();
  const { restored = [] } = ran;
  const started = ran.started.filter((key) => !described.task(key).noexec);
  const noexec = [...ran.noexec, ...ran.started.filter((key) => described.task(key).noexec)];
  const order = started.flatMap((key) =>
    graph.dependencies(key).flatMap((need) => (started.includes(need) ? [[text(need), text(key)]] : [])),
  );
  return {
    exit: ran.failed.length > 0 ? 'failure' : 'ok',
    ran: texts(started),
    ...(restored.length > 0 ? { setscene: texts(restored).map((task) => `${task}_setscene`) } : {}),
    order: order.sort((a, b) => (a.join('\0') < b.join('\0') ? -1 : 1)),
    ...(noexec.length > 0 ? { noexec: texts(noexec) } : {}),
    ...(ran.failed.length > 0 ? { failed_tasks: texts(ran.failed) } : {}),
  };
}
