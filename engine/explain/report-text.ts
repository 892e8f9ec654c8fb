import type { BuildRow } from '../history/rows.ts';
import { table } from '../inspect/place.ts';
import type { BuildReport, TimedTask } from './report.ts';
import { bytesText, countText, durationText } from './texts.ts';

const mostOfPath = 20;

/** A report as text; `trace`: where the trace of the build lies, if it is kept. */
export function reportText(report: BuildReport, trace: string | undefined): string {
  const { build, slowest, byName, cache, shared } = report;
  const parts = [
    buildLine(build, report.durationMs),
    `${[...countTexts(build), `${durationText(report.workMs)} of work`].join(', ')}\n`,
    section('slowest tasks', slowest.map(timedRow)),
    section(
      'by name',
      byName.map(({ name, tasks, durationMs }) => [durationText(durationMs), name, countText(tasks, 'task')]),
    ),
    pathText(report),
    savingText(report),
    cacheText(cache),
    shared.tasks === 0 ? '' : `shared: ${countText(shared.tasks, 'task')}, ${durationText(shared.durationMs)}\n`,
    trace === undefined ? '' : `trace (ui.perfetto.dev shows it): ${trace}\n`,
  ];
  return parts.filter((each) => each !== '').join('\n');
}

/** Builds as lines, newest first. */
export function historyText(builds: readonly BuildRow[]): string {
  if (builds.length === 0) return 'no builds yet: a build is kept when a task of it runs or is restored\n';
  return table(
    builds.map((build) => [
      String(build.build),
      startText(build),
      statusText(build),
      build.durationMs === undefined ? '' : durationText(build.durationMs),
      countTexts(build).join(', '),
      build.targets.join(' '),
    ]),
  );
}

function buildLine(build: BuildRow, durationMs: number): string {
  const expected = build.expectedMs === undefined ? '' : `, foretold ${durationText(build.expectedMs)}`;
  const took = `${durationText(durationMs)}${expected}`;
  return `build ${build.build}: ${build.targets.join(' ')}, ${statusText(build)}, ${startText(build)}, ${took}`;
}

function startText({ startedMs }: BuildRow): string {
  const at = new Date(startedMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

function statusText({ status }: BuildRow): string {
  return status ?? 'not finished';
}

function countTexts({ counts: { ran, restored, failed, upToDate } }: BuildRow): readonly string[] {
  const texts = [`${ran} ran`];
  if (restored > 0) texts.push(`${restored} restored`);
  if (failed > 0) texts.push(`${failed} failed`);
  if (upToDate > 0) texts.push(`${upToDate} up to date`);
  return texts;
}

function timedRow({ task, action, status, durationMs, cpuMs, peakMemoryBytes }: TimedTask): readonly string[] {
  const facts = [
    ...(action === 'restore' ? ['restored'] : []),
    ...(status === 'ok' ? [] : [status]),
    ...(cpuMs === null ? [] : [`${durationText(cpuMs)} of processor`]),
    ...(peakMemoryBytes === null ? [] : [`at most ${bytesText(peakMemoryBytes)}`]),
  ];
  return [durationText(durationMs), task, facts.join(', ')];
}

function pathText({ criticalPath, durationMs }: BuildReport): string {
  if (criticalPath === null) return 'critical path: not kept for this build\n';
  const { tasks } = criticalPath;
  const share = durationMs === 0 ? 0 : Math.round((100 * criticalPath.durationMs) / durationMs);
  const title = `critical path: ${durationText(criticalPath.durationMs)}, ${share} % of the build`;
  const shown = tasks.length <= mostOfPath ? tasks : longestInOrder(tasks);
  const left = tasks.length - shown.length;
  const rest = left === 0 ? '' : `  and ${countText(left, 'shorter task')} between them\n`;
  return `${section(title, shown.map(timedRow))}${rest}`;
}

function longestInOrder(tasks: readonly TimedTask[]): readonly TimedTask[] {
  const longest = new Set([...tasks].sort((a, b) => b.durationMs - a.durationMs).slice(0, mostOfPath));
  return tasks.filter((each) => longest.has(each));
}

function savingText({ savings }: BuildReport): string {
  if (savings === null || savings.length === 0) return '';
  const rows = savings.map(({ task, savesMs }) => [durationText(savesMs), task]);
  return section('what the build would gain if a task took no time', rows);
}

function cacheText({ restored, bytes, savedMs }: BuildReport['cache']): string {
  if (restored === 0) return 'cache: nothing was restored\n';
  const size = bytes === 0 ? '' : `, ${bytesText(bytes)}`;
  return `cache: ${countText(restored, 'task')} restored${size}, ${durationText(savedMs)} of work saved\n`;
}

function section(title: string, rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? '' : `${title}:\n${table(rows, '  ')}`;
}
