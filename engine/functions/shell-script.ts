import { InternalError } from '../base/stx-error.ts';
import type { Datastore } from '../datastore/datastore.ts';
import type { ScriptLine } from '../messages/task-order.ts';
import { isFunction, isPython, words } from './function-flags.ts';
import { type BodyLine, bodyLines } from './script-lines.ts';
import { shellCommands } from './shell-commands.ts';

/** A script for bash, and where its lines come from. */
export interface ShellScript {
  readonly text: string;
  readonly lines: readonly ScriptLine[];
}

/** What a script needs besides the functions. */
export interface ScriptSetting {
  readonly environment: Readonly<Record<string, string>>;
  readonly umask: string;
  /** Where the lines of a function were written; absent: the datastore's history says it. */
  readonly linesOf?: (name: string) => readonly (BodyLine | undefined)[];
}

/** The functions that a task runs, in order: prefuncs, the task itself, postfuncs. */
export function taskEntries(task: string, datastore: Datastore): readonly string[] {
  const [before, after] = functionsAround(task, datastore);
  return [...before, task, ...after];
}

/** The functions before and after a task: all that a built-in task has of the recipe. */
export function functionsAround(task: string, datastore: Datastore): readonly [readonly string[], readonly string[]] {
  return [words(datastore.flag(task, 'prefuncs')), words(datastore.flag(task, 'postfuncs'))];
}

/** The script of a shell function: environment, umask, the functions it uses, then the call. */
export function makeFunctionScript(entry: string, datastore: Datastore, more: ScriptSetting): ShellScript {
  let text = `#!/bin/bash\nset -e\numask ${more.umask}\n${exportLines(more.environment)}`;
  const lines: ScriptLine[] = [];
  for (const name of usedFunctions(entry, datastore)) {
    text += `${name}() { :\n`;
    const first = text.split('\n').length;
    const body = expandBody(name, datastore, more.linesOf?.(name) ?? bodyLines(datastore, name));
    lines.push(
      ...body.places.flatMap((place, index) =>
        place ? [{ ...place, scriptLine: first + index, functionName: name }] : [],
      ),
    );
    text += `${body.text}${body.text.endsWith('\n') || body.text === '' ? '' : '\n'}}\n`;
  }
  return { text: `${text}${entry}\n`, lines };
}

/** BitBake: data.emit_var, which puts a blank for a line break in an exported value. */
function exportLines(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .filter(([name]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`).replaceAll('\n', ' ')}'\n`)
    .join('');
}

/** The function and every shell function that it calls or names in vardeps, callees first. */
function usedFunctions(entry: string, datastore: Datastore): readonly string[] {
  const used = new Set<string>();
  const pending = [entry];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (used.has(name)) continue;
    if (isPython(datastore, name)) {
      if (name === entry) throw new InternalError(`\`${name}\` is Python, not shell`);
      continue;
    }
    used.add(name);
    for (const called of [...shellCommands(datastore.get(name) ?? ''), ...words(datastore.flag(name, 'vardeps'))])
      if (called !== name && isFunction(datastore, called)) pending.push(called);
  }
  return [...used].reverse();
}

interface ExpandedBody {
  readonly text: string;
  readonly places: readonly ({ readonly path: string; readonly line: number } | undefined)[];
}

/** The expanded body, and for each of its lines the place of the line that it came from. */
function expandBody(name: string, datastore: Datastore, written: readonly (BodyLine | undefined)[]): ExpandedBody {
  const text = datastore.get(name) ?? '';
  const count = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  if (count === written.length) return { text, places: written };
  const unexpanded = (datastore.getUnexpanded(name) ?? '').split('\n');
  const places = written.flatMap((place, index) => {
    const height = datastore.expand(unexpanded[index] ?? '', name).split('\n').length;
    return Array.from({ length: height }, () => place);
  });
  return { text, places: places.slice(0, count) };
}
