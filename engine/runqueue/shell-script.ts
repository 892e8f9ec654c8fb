import { StxError } from '../base/stx-error.ts';
import type { Datastore } from '../datastore/datastore.ts';
import type { ScriptLine } from '../messages/task-order.ts';
import { shellCommands } from '../signatures/shell-commands.ts';
import { isFunction, isPython, words } from '../signatures/variable-dependencies.ts';
import { bodyLines } from './script-lines.ts';

/** A script for bash, and where its lines come from. */
export interface ShellScript {
  readonly text: string;
  readonly lines: readonly ScriptLine[];
}

/** The script of a shell task: environment, umask, the functions it uses, then prefuncs, task and postfuncs. */
export function makeShellScript(
  task: string,
  datastore: Datastore,
  more: { readonly environment: Readonly<Record<string, string>>; readonly umask: string },
): ShellScript {
  const entries = [...words(datastore.flag(task, 'prefuncs')), task, ...words(datastore.flag(task, 'postfuncs'))];
  let text = `#!/bin/bash\nset -e\numask ${more.umask}\n${exportLines(more.environment)}`;
  const lines: ScriptLine[] = [];
  for (const name of usedFunctions(entries, datastore)) {
    text += `${name}() { :\n`;
    const first = text.split('\n').length;
    const body = expandBody(name, datastore);
    lines.push(
      ...body.places.flatMap((place, index) =>
        place ? [{ ...place, scriptLine: first + index, functionName: name }] : [],
      ),
    );
    text += `${body.text}${body.text.endsWith('\n') || body.text === '' ? '' : '\n'}}\n`;
  }
  return { text: `${text}${entries.join('\n')}\n`, lines };
}

function exportLines(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .filter(([name]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`)
    .join('');
}

/** The entry functions and every shell function that they call or name in vardeps, callees first. Throws StxError for Python. */
function usedFunctions(entries: readonly string[], datastore: Datastore): readonly string[] {
  const used = new Set<string>();
  const pending = [...entries];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (used.has(name)) continue;
    if (isPython(datastore, name)) {
      if (entries.includes(name)) throw pythonTask(name, datastore);
      continue;
    }
    used.add(name);
    for (const called of [...shellCommands(datastore.get(name) ?? ''), ...words(datastore.flag(name, 'vardeps'))])
      if (called !== name && isFunction(datastore, called)) pending.push(called);
  }
  return [...used].reverse();
}

function pythonTask(name: string, datastore: Datastore): StxError {
  return StxError.of('python-task', `\`${name}\` is a Python function, and Python tasks cannot be run yet`, {
    span: datastore.definition(name),
    help: 'write it as a shell function, or bind a built-in task with `[builtin]`',
  });
}

interface ExpandedBody {
  readonly text: string;
  readonly places: readonly ({ readonly path: string; readonly line: number } | undefined)[];
}

/** The expanded body, and for each of its lines the place of the line that it came from. */
function expandBody(name: string, datastore: Datastore): ExpandedBody {
  const text = datastore.get(name) ?? '';
  const written = bodyLines(datastore, name);
  const count = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  if (count === written.length) return { text, places: written };
  const unexpanded = (datastore.getUnexpanded(name) ?? '').split('\n');
  const places = written.flatMap((place, index) => {
    const height = datastore.expand(unexpanded[index] ?? '', name).split('\n').length;
    return Array.from({ length: height }, () => place);
  });
  return { text, places: places.slice(0, count) };
}
