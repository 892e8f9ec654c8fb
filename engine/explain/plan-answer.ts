import { reasonText } from '../messages/reason.ts';
import type { Plan, PlannedTask } from '../plan/planned-task.ts';
import type { DescribedTaskGraph } from '../signatures/described-task.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import type { Estimate } from './estimate.ts';
import { bytesText, countText, durationText, listText, numberText } from './texts.ts';

/** What has to come from the network. */
export interface FetchSizes {
  /** By task; a task with sources of unknown size has those that are known. */
  readonly bytes: ReadonlyMap<TaskKey, number>;
  /** Sources to fetch whose size is not known. */
  readonly unknown: number;
}

/** What would happen to one task. */
export interface PlanRow {
  readonly task: TaskKey;
  readonly decision: PlannedTask['decision'];
  readonly reason: string;
  readonly usualMs: number | null;
  readonly fetchBytes: number | null;
}

/** A plan as data. */
export interface PlanAnswer {
  readonly tasks: readonly PlanRow[];
  readonly counts: Readonly<Record<PlannedTask['decision'], number>>;
  readonly fetchBytes: number;
  readonly unknownSizes: number;
  /** From the first task on; null: no history. */
  readonly expectedMs: number | null;
  /** The same with all that comes before the first task: of the whole call. */
  readonly totalMs: number | null;
  /** The same when no task runs that only may. */
  readonly leastMs: number | null;
  readonly withoutHistory: number;
  /** Tasks that were not done before, so that others of their name stand in for them. */
  readonly guessed: number;
}

/** Says of every task what would happen to it and why; tasks that do nothing (`noexec`) are left out. */
export function answerPlan(
  described: DescribedTaskGraph,
  plan: Plan,
  more: { readonly estimate: Estimate; readonly fetch: FetchSizes; readonly preludeMs: number },
): PlanAnswer {
  const { estimate, fetch } = more;
  const counts = { run: 0, open: 0, restore: 0, 'up-to-date': 0, 'not-needed': 0 };
  const tasks: PlanRow[] = [];
  for (const [task, planned] of plan.tasks) {
    if (described.task(task).noexec) continue;
    const { decision } = planned;
    counts[decision]++;
    const isActive = decision === 'run' || decision === 'open' || decision === 'restore';
    const usualMs = isActive ? (estimate.usualMs(task) ?? null) : null;
    tasks.push({ task, decision, reason: planReason(planned), usualMs, fetchBytes: fetch.bytes.get(task) ?? null });
  }
  const fetchBytes = [...fetch.bytes.values()].reduce((sum, each) => sum + each, 0);
  const { expectedMs = null, leastMs = null, unknown, guessed } = estimate;
  const totalMs = expectedMs === null ? null : more.preludeMs + expectedMs;
  const sizes = { fetchBytes, unknownSizes: fetch.unknown };
  return { tasks, counts, ...sizes, expectedMs, totalMs, leastMs, withoutHistory: unknown, guessed };
}

/** Why a decision was made, in a few words. */
function planReason(planned: PlannedTask): string {
  switch (planned.decision) {
    case 'run':
      return reasonText(planned.reason);
    case 'open':
      if (planned.sameAs !== undefined)
        return `${reasonText(planned.reason)}; spared if ${planned.sameAs}, the same work, succeeds`;
      return `${reasonText(planned.reason)}; spared if the output of ${listText(planned.waitsFor, 3)} stays the same`;
    case 'restore':
      return 'its result is in the store';
    case 'up-to-date':
      return 'its inputs are as they were, and what it left is there';
    case 'not-needed':
      return planned.coveredBy.length === 0
        ? 'nothing asks for it'
        : `covered by ${listText(planned.coveredBy, 3)}, which need it no more`;
  }
}

const mostLines = 60;

/** A plan as text: a line per task that is worked on, or per name of tasks when they are many; `all`: every task. */
export function planText(answer: PlanAnswer, style: { readonly all: boolean; readonly slots: number }): string {
  const active = answer.tasks.filter(({ decision }) => decision !== 'up-to-date' && decision !== 'not-needed');
  const lines = style.all
    ? answer.tasks.map(taskLine)
    : active.length <= mostLines
      ? active.map(taskLine)
      : groupLines(active);
  const counts = Object.entries(answer.counts).filter(([, count]) => count > 0);
  const total = counts.map(([decision, count]) => `${count} ${decision}`).join(', ');
  return `${[...lines, ...totals(answer, style.slots), `stx-bake: dry run: ${total || 'no tasks'}`].join('\n')}\n`;
}

function taskLine({ task, decision, reason, usualMs, fetchBytes }: PlanRow): string {
  const facts = [
    ...(fetchBytes === null || fetchBytes === 0 ? [] : [bytesText(fetchBytes)]),
    ...(usualMs === null || usualMs === 0 ? [] : [`usually ${durationText(usualMs)}`]),
  ];
  const tail = facts.length === 0 ? '' : `, ${facts.join(', ')}`;
  if (decision === 'open') {
    const [why = '', condition = ''] = reason.split('; spared if ');
    return `${task}: runs unless ${condition} (${why})${tail}`;
  }
  return `${task}: ${decision} (${reason})${tail}`;
}

/** Tasks of one name with one decision and reason on a line. */
function groupLines(rows: readonly PlanRow[]): readonly string[] {
  const groups = new Map<string, { readonly first: PlanRow; readonly recipes: string[]; ms: number; bytes: number }>();
  for (const row of rows) {
    const at = row.task.lastIndexOf(':');
    const why = row.reason.split('; ')[0] ?? '';
    const key = `${row.decision} ${row.task.slice(at + 1)} ${why}`;
    const group = groups.get(key) ?? { first: row, recipes: [], ms: 0, bytes: 0 };
    groups.set(key, group);
    group.recipes.push(row.task.slice(0, at));
    group.ms += row.usualMs ?? 0;
    group.bytes += row.fetchBytes ?? 0;
  }
  const lines = [...groups.values()].map(({ first, recipes, ms, bytes }) => {
    const name = first.task.slice(first.task.lastIndexOf(':') + 1);
    const verb = first.decision === 'open' ? 'may run' : first.decision;
    const facts = [...(bytes > 0 ? [bytesText(bytes)] : []), ...(ms > 0 ? [`${durationText(ms)} of work`] : [])];
    const tail = facts.length === 0 ? '' : `, ${facts.join(', ')}`;
    const why = first.reason.split('; ')[0];
    return `${name}: ${verb} ${numberText(recipes.length)} (${why}): ${listText(recipes, 3)}${tail}`;
  });
  return [...lines, '`--all` shows each task'];
}

function totals(answer: PlanAnswer, slots: number): readonly string[] {
  const { run, open, restore } = answer.counts;
  if (run + open + restore === 0) return [];
  return [...fetchLine(answer), timeLine(answer, slots)];
}

function fetchLine({ fetchBytes, unknownSizes }: PlanAnswer): readonly string[] {
  if (fetchBytes === 0 && unknownSizes === 0) return [];
  const known = fetchBytes > 0 ? bytesText(fetchBytes) : '';
  const rest = unknownSizes > 0 ? `${countText(unknownSizes, 'file')} of unknown size` : '';
  return [`to fetch: ${[known, rest].filter((each) => each !== '').join(' and ')}`];
}

function timeLine(answer: PlanAnswer, slots: number): string {
  const { expectedMs, totalMs, leastMs, withoutHistory, guessed } = answer;
  if (expectedMs === null || totalMs === null) return 'time: no history';
  const most = durationText(totalMs);
  const least = leastMs === null ? most : durationText(leastMs + totalMs - expectedMs);
  const range = least === most ? `about ${most}` : `about ${most}, ${least} if no output changes`;
  const at = `with ${countText(slots, 'task')} at a time`;
  const unknown = withoutHistory === 0 ? '' : `; ${countText(withoutHistory, 'task')} without history not counted`;
  const others = guessed === 0 ? '' : `; ${countText(guessed, 'task')} without history guessed from others of the name`;
  return `time: ${range} ${at}${others}${unknown}`;
}
