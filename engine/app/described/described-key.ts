import { join } from 'node:path';
import type { BuildCall } from '../command-line/command-options.ts';
import { recordName, settledKey } from '../settled/settled-record.ts';

/** What decides which tasks a graph has, and what is to be said about it. */
export interface GraphChoice {
  readonly task?: string | undefined;
  readonly runAll?: readonly string[] | undefined;
  readonly runOnly?: readonly string[] | undefined;
  readonly keepGoing?: boolean | undefined;
}

/** The text that stands for the graph of targets in a build directory. */
export function describedKey(buildDirectory: string, targets: readonly string[], choice: GraphChoice): string {
  const { task = null, runAll = [], runOnly = [], keepGoing = false } = choice;
  return JSON.stringify([buildDirectory, targets, task, runAll, runOnly, keepGoing]);
}

/** Where graphs are kept. */
export function describedFolder(buildDirectory: string): string {
  return join(buildDirectory, 'cache', 'described');
}

/** Where the graph of a key lies. */
export function describedPath(buildDirectory: string, key: string): string {
  return join(describedFolder(buildDirectory), recordName(key));
}

/** Whether a build, or its dry run, is told nothing but targets and tasks: then it does what the graph alone asks for. */
export function choosesTasksOnly(call: BuildCall): boolean {
  return !call.allOs && settledKey({ ...call, dryRun: false }) !== undefined;
}
