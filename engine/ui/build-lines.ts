import type { BuildEvent } from '../messages/build-event.ts';
import { reasonText } from '../messages/reason.ts';
import type { TaskOutcome } from '../messages/task-outcome.ts';
import { byteAmount, roughDuration } from './amounts.ts';
import type { WorkingTask } from './build-model.ts';
import { diagnosticText } from './diagnostic-text.ts';
import { type Look, painted } from './styled-line.ts';
import { columnAfter } from './text-width.ts';

/** `tasks: 3 to run, 2 to restore from sstate`. */
export function planText(plan: Extract<BuildEvent, { kind: 'plan' }>): string {
  const parts = [`${plan.run} to run`];
  if (plan.open > 0) parts.push(`${plan.open} that may run`);
  if (plan.restore > 0) parts.push(`${plan.restore} to restore from sstate`);
  if (plan.upToDate > 0) parts.push(`${plan.upToDate} up to date`);
  return `tasks: ${parts.join(', ')}`;
}

/** `12.3 s`. */
export function secondsText(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** Why no stored result was put in place, for a task that is therefore run. */
export function unrestorableText(task: string, outcome: Extract<TaskOutcome, { status: 'failed' }>): string {
  const why = outcome.diagnostics.map((each) => each.message).join('; ');
  return `  cannot restore ${task}, so it is made anew: ${why}`;
}

/** How the lines of a terminal are written. */
export interface LineStyle extends Look {
  readonly base: string;
  readonly columns: number;
  readonly quiet: boolean;
  /** What starts stx-bake, for commands that are suggested. */
  readonly program: string;
}

/** The lines that stay on a terminal of a task that ended. */
export function endedLines(
  { task, action, outcome }: Extract<BuildEvent, { kind: 'task-finished' }>,
  before: WorkingTask | undefined,
  style: LineStyle,
): readonly string[] {
  if (outcome.status === 'cancelled') return [`  stopped  ${task}`];
  if (outcome.status === 'failed') {
    if (action === 'run') return failureCard(task, outcome, before, style);
    return style.quiet ? [] : [unrestorableText(task, outcome)];
  }
  const warnings = outcome.warnings.map((each) => diagnosticText(each, style));
  if (style.quiet) return warnings;
  const verb = painted(action === 'restore' ? 'restored' : 'done    ', 'good', style);
  const bytes = outcome.bytes === undefined || outcome.bytes === 0 ? '' : `, ${byteAmount(outcome.bytes)}`;
  const why = before?.reason === undefined ? '' : ` (${reasonText(before.reason)})`;
  return [...warnings, `  ${verb} ${task} ${secondsText(outcome.durationMs)}${bytes}${why}`];
}

/** A failed task: its first errors, why it ran, where the log is, how to look around where it failed. */
function failureCard(
  task: string,
  outcome: Extract<TaskOutcome, { status: 'failed' }>,
  before: WorkingTask | undefined,
  style: LineStyle,
): readonly string[] {
  const title = `FAILED ${task} after ${secondsText(outcome.durationMs)}`;
  const said = outcome.diagnostics.map((each) => diagnosticText(each, style)).join('\n');
  const why = before?.reason === undefined ? [] : [`   it ran because: ${reasonText(before.reason)}`];
  const usual = before?.usualMs === undefined ? [] : [`   it usually takes ${roughDuration(before.usualMs)}`];
  const log =
    outcome.logPath === '' || said.includes(outcome.logPath) ? [] : [`   the whole log is ${outcome.logPath}`];
  const target = task.replace(':do_', ':');
  return [
    ruled(title, style),
    said,
    ...why,
    ...usual,
    ...log,
    `   to look around where it failed: ${style.program} shell ${target}`,
    rule(Math.min(style.columns - 1, widestRule), style),
  ];
}

const widestRule = 100;

function ruled(title: string, style: LineStyle): string {
  const left = Math.min(style.columns - 1, widestRule) - columnAfter(title, 0) - 6;
  return `${rule(4, style)} ${painted(title, 'bad', style)}${left > 0 ? ` ${rule(left, style)}` : ''}`;
}

function rule(width: number, style: LineStyle): string {
  return (style.unicode ? '\u2500' : '-').repeat(Math.max(0, width));
}
