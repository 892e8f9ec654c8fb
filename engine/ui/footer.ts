import { holdReasonText } from '../messages/hold-reason.ts';
import { byteAmount, roughDuration, shortDuration } from './amounts.ts';
import type { BuildModel, WorkingTask } from './build-model.ts';
import { barOf, fitting, type Look, lineOf, type Piece } from './styled-line.ts';
import { columnAfter, fitTo } from './text-width.ts';

/** The screen that a footer is for, and the time in the build. */
export interface FooterFrame extends Look {
  readonly columns: number;
  readonly rows: number;
  readonly nowMs: number;
}

/** From here on the passing of the usual time is shown as a bar, when a task says nothing of its progress. */
const longTaskMs = 10_000;
const widestBar = 30;
const wideLine = 100;
const taskBar = { wide: 16, narrow: 10 } as const;

/**
 * What stands below the lines of a build while it goes on: how far it is, what the cache gave, the tasks at work. At most
 * a third of the rows; no line fills its last column. No lines before there is a plan, and after the end.
 */
export function footerLines(model: BuildModel, frame: FooterFrame): readonly string[] {
  if (!model.planned || model.finished || model.total === 0) return [];
  const width = Math.max(1, frame.columns - 1);
  const most = Math.max(1, Math.floor(frame.rows / 3));
  const head: (readonly Piece[])[] = [summaryPieces(model, frame, width)];
  const cache = cachePieces(model, width);
  if (cache.length > 0 && most >= 4) head.push(cache);
  if (model.held !== undefined && most >= 5) head.push([[`  waiting: ${holdReasonText(model.held)}`, 'late']]);
  const tasks = taskLines([...model.working.values()], { frame, width, most: most - head.length });
  return [...head, ...tasks].map((pieces) => lineOf(pieces, width, frame));
}

function summaryPieces(model: BuildModel, frame: FooterFrame, width: number): readonly Piece[] {
  const { done, total, failed } = model;
  const fraction = Math.min(1, done / total);
  const texts: Piece[] = [
    [`${done}/${total}${width < 24 ? '' : ' tasks'}`, 'bold'],
    ...(failed > 0 ? ([[`${failed} FAILED`, 'bad']] as const) : []),
    [shortDuration(frame.nowMs), 'plain'],
    [leftText(model, frame.nowMs), 'plain'],
  ];
  const shown = fitting(texts, width);
  const free = width - shown.reduce((sum, [text]) => sum + columnAfter(text, 0), 0) - 2;
  const bar = Math.min(widestBar, free);
  return bar < 8 ? shown : [[barOf(fraction, bar, frame), 'good'], ['  ', 'plain'], ...shown];
}

function leftText(model: BuildModel, nowMs: number): string {
  const left = model.leftMs(nowMs);
  if (left === undefined) return 'no history';
  return left === 0 ? 'longer than expected' : `about ${roughDuration(left)} left`;
}

function cachePieces(model: BuildModel, width: number): readonly Piece[] {
  const { upToDate, restored, toRestore, restoredBytes, fetchedBytes, savedMs } = model;
  const all = Math.max(1, model.total + upToDate);
  const hits = upToDate + Math.max(toRestore, restored);
  const texts: Piece[] = [];
  if (hits > 0) {
    texts.push([`  cache: ${hits} of ${all} tasks (${Math.floor((100 * hits) / all)} %)`, 'plain']);
    const wanted = Math.max(toRestore, restored);
    if (savedMs >= 1000) texts.push([`${roughDuration(savedMs)} saved`, 'good']);
    if (restoredBytes > 0) texts.push([byteAmount(restoredBytes), 'plain']);
    if (wanted > 0) texts.push([`${restored} of ${wanted} restored`, 'plain']);
    if (upToDate > 0) texts.push([`${upToDate} up to date`, 'plain']);
  }
  if (fetchedBytes > 0) texts.push([`${hits > 0 ? '' : '  '}fetched ${byteAmount(fetchedBytes)}`, 'plain']);
  return fitting(texts, width);
}

interface TaskSpace {
  readonly frame: FooterFrame;
  readonly width: number;
  /** Lines. */
  readonly most: number;
}

function taskLines(tasks: readonly WorkingTask[], space: TaskSpace): readonly (readonly Piece[])[] {
  if (space.most <= 0 || tasks.length === 0) return [];
  const fits = tasks.length <= space.most;
  const shown = fits ? tasks : tasks.slice(0, space.most - 1);
  const columns = taskColumns(shown, space);
  const lines = shown.map((task) => taskPieces(task, columns, space.frame));
  return fits ? lines : [...lines, [[`  and ${tasks.length - shown.length} more at work`, 'dim']]];
}

/** Columns of each part; 0 for one that is left out. */
interface TaskColumns {
  readonly name: number;
  readonly usual: number;
  readonly bar: number;
  readonly isWide: boolean;
}

const elapsedColumns = 6;
const percentColumns = 6;

function taskColumns(tasks: readonly WorkingTask[], { width, frame }: TaskSpace): TaskColumns {
  const widest = Math.max(...tasks.map(({ task }) => columnAfter(task, 0)));
  const isWide = width >= wideLine;
  const usual = Math.max(...tasks.map((task) => usualText(task, isWide).length));
  const hasBar = tasks.some((task) => progressOf(task, frame.nowMs) !== undefined);
  const bar = hasBar && width >= 60 ? taskBar[isWide ? 'wide' : 'narrow'] : 0;
  const shownUsual = width >= 50 ? usual : 0;
  const other =
    2 + 2 + elapsedColumns + (shownUsual > 0 ? shownUsual + 2 : 0) + (bar > 0 ? bar + 2 + percentColumns : 0);
  return { name: Math.max(8, Math.min(widest, width - other)), usual: shownUsual, bar, isWide };
}

function taskPieces(task: WorkingTask, columns: TaskColumns, frame: FooterFrame): readonly Piece[] {
  const elapsedMs = frame.nowMs - task.startedMs;
  const isLate = task.usualMs !== undefined && elapsedMs > Math.max(longTaskMs, 1.5 * task.usualMs);
  const pieces: Piece[] = [
    [`  ${fitTo(task.task, columns.name)}  `, 'plain'],
    [shortDuration(elapsedMs).padStart(elapsedColumns), isLate ? 'late' : 'plain'],
  ];
  if (columns.usual > 0) pieces.push([`  ${usualText(task, columns.isWide).padEnd(columns.usual)}`, 'dim']);
  const progress = progressOf(task, frame.nowMs);
  if (progress !== undefined && columns.bar > 0) pieces.push(...barPieces(progress, columns.bar, frame));
  else if (progress !== undefined) pieces.push([`  ${percentText(progress)}`, 'plain']);
  const said = task.action === 'restore' && task.text === '' ? 'restoring' : task.text;
  pieces.push([`  ${said}`, 'plain']);
  return pieces;
}

interface Progress {
  readonly fraction: number;
  /** Told from the usual time, not by the task. */
  readonly guessed: boolean;
}

function progressOf({ fraction, usualMs = 0, startedMs }: WorkingTask, nowMs: number): Progress | undefined {
  if (fraction !== undefined) return { fraction, guessed: false };
  if (usualMs < longTaskMs) return undefined;
  return { fraction: Math.min(0.99, (nowMs - startedMs) / usualMs), guessed: true };
}

function barPieces(progress: Progress, width: number, look: Look): readonly Piece[] {
  const bar = barOf(progress.fraction, width, look);
  return [
    [`  ${bar}`, progress.guessed ? 'dim' : 'good'],
    [percentText(progress).padStart(percentColumns), 'plain'],
  ];
}

function percentText({ fraction, guessed }: Progress): string {
  return `${guessed ? '~' : ''}${Math.floor(100 * fraction)} %`;
}

function usualText({ usualMs }: WorkingTask, isWide: boolean): string {
  return usualMs === undefined ? '' : `${isWide ? 'usually ' : '~'}${shortDuration(usualMs)}`;
}
