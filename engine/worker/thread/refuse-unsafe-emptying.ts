import { isAbsolute, resolve } from 'node:path';
import { StxError } from '../../base/stx-error.ts';
import type { EmptyingRules, TaskOrder } from '../../messages/task-order.ts';

/** Checks every directory that an order empties, before anything is removed. Throws StxError `unsafe-cleandirs`. */
export function refuseUnsafeEmptying(order: TaskOrder): void {
  for (const path of order.cleanDirectories) refuse(order, 'cleandirs', path);
  for (const { from, to } of order.outputs) refuse(order, from === to ? 'sstate-outputdirs' : 'sstate-inputdirs', from);
}

/** As above, for one directory of a function that a task runs. */
export function refuseEmptyingBy(functionName: string, order: TaskOrder, path: string): void {
  refuse({ ...order, task: { ...order.task, task: functionName } }, 'cleandirs', path);
}

function refuse({ task, emptying }: TaskOrder, flag: string, path: string): void {
  const problem = unsafe(path, emptying);
  if (problem === undefined) return;
  const message = `\`${task.recipe}\`: \`${task.task}[${flag}]\` would empty \`${path}\`, ${problem}`;
  throw StxError.of('unsafe-cleandirs', message, {
    help: 'name a directory of the task alone, below `WORKDIR` or `TMPDIR`',
  });
}

function unsafe(path: string, { below, except }: EmptyingRules): string | undefined {
  if (!isAbsolute(path)) return 'which is not an absolute path';
  if (path.split('/').includes('..')) return 'which goes up by `..`';
  const emptied = resolve(path);
  const roots = below.map((each) => resolve(each));
  const kept = [...roots, ...except.map((each) => resolve(each))];
  const held = kept.find((each) => each === emptied || isBelow(each, emptied));
  if (held !== undefined) return held === emptied ? 'which other tasks need' : `which holds \`${held}\``;
  const around = kept.filter((each) => isBelow(emptied, each));
  const closest = around.reduce((longest, each) => (each.length > longest.length ? each : longest), '');
  if (closest === '') return 'which does not lie below the build directory';
  return roots.includes(closest) ? undefined : `which lies in \`${closest}\``;
}

function isBelow(path: string, directory: string): boolean {
  return path.startsWith(directory === '/' ? '/' : `${directory}/`) && path !== directory;
}
