import type { Span } from '../base/source-text.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { compiledModule } from './compiled.ts';
import { type Context, traced } from './interpreter/frame.ts';
import { PythonException, UnsupportedConstruct } from './values/python-error.ts';
import type { Value } from './values/value.ts';

/** The function that a `def` of a recipe or class makes. Throws UnsupportedConstruct for shell functions and tasks. */
export function definedFunction(name: string, datastore: Datastore, context: Context): Value {
  const text = datastore.getUnexpanded(name) ?? '';
  const isDefinition =
    datastore.flagUnexpanded(name, 'python') !== undefined && /^\s*(?:@[^\n]*\n\s*)*def\s/.test(text);
  if (!isDefinition) {
    throw new UnsupportedConstruct(`the call of the function \`${name}\``, 'write it with `def`, or call it as a task');
  }
  const program = compiledModule(text);
  const source = { name, linesBefore: program.linesBefore, lineAt: linesFrom(datastore.definition(name)) };
  const frame = program.open({ context, source });
  try {
    program.run(frame);
  } catch (error) {
    throw traced(error, frame, name);
  }
  const made = program.read(frame, name);
  if (made === undefined) throw new PythonException('NameError', `name '${name}' is not defined`);
  return made;
}

/** The lines of the file from the first line of a span on. */
function linesFrom(span: Span | undefined): ((line: number) => Span | undefined) | undefined {
  if (span === undefined) return undefined;
  const { source } = span;
  const first = source.position(span.start).line;
  return (line) => {
    const text = source.line(first + line - 1);
    const start = lineStart(source.text, first + line - 1);
    return start === undefined ? undefined : source.span(start, start + text.length);
  };
}

function lineStart(text: string, line: number): number | undefined {
  let at = 0;
  for (let number = 1; number < line; number++) {
    const next = text.indexOf('\n', at);
    if (next === -1) return undefined;
    at = next + 1;
  }
  return at;
}
