import type { Span } from '../base/source-text.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { bodySpans } from '../functions/script-lines.ts';
import { createPythonRuntime, type PythonBody, type PythonRuntime } from '../python/python-runtime.ts';

let shared: PythonRuntime | undefined;

/** Runs the Python of recipes; made when the first code comes. */
export function pythonRuntime(): PythonRuntime {
  shared ??= createPythonRuntime();
  return shared;
}

/** Code that begins at the line `first` of a file. */
export function bodyAt(name: string, text: string, start: { readonly span: Span; readonly first: number }): PythonBody {
  const { source } = start.span;
  return {
    name,
    text,
    lineAt: (line) => {
      const offset = source.lineStart(start.first + line - 1);
      return offset === undefined
        ? undefined
        : source.span(offset, offset + source.line(start.first + line - 1).length);
    },
  };
}

/** A function of the datastore, its appended parts included; `undefined` when there is none. */
export function bodyOf(name: string, datastore: Datastore): PythonBody | undefined {
  const text = datastore.getUnexpanded(name);
  if (text === undefined) return undefined;
  let lines: readonly (Span | undefined)[] | undefined;
  const lineAt = (line: number): Span | undefined => {
    lines ??= bodySpans(datastore, name);
    return lines[line - 1];
  };
  return { name, text, lineAt };
}
