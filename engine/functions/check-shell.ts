import type { Span } from '../base/source-text.ts';
import { StxError } from '../base/stx-error.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { bodySpans } from './script-lines.ts';
import { findShellProblem } from './shell-syntax.ts';

/**
 * The error (`shell-syntax`) of a shell function whose text, with references expanded, bash cannot read; `undefined` for one
 * that it can. BitBake parses each shell function that a task takes in, so a mistake shows before anything runs.
 */
export function shellFailure(name: string, expanded: string, datastore: Datastore): StxError | undefined {
  const problem = findShellProblem(expanded);
  if (problem === undefined) return undefined;
  const { message, line } = problem;
  const help = `correct it; with references expanded it is line ${line} of the function`;
  const span = placeOfLine(name, line, datastore) ?? datastore.definition(name);
  return StxError.of('shell-syntax', `bash cannot read \`${name}\`: ${message}`, { span, help });
}

/** Where a line of the expanded body was written: a line of the unexpanded one may have become several. */
function placeOfLine(name: string, line: number, datastore: Datastore): Span | undefined {
  const written = (datastore.getUnexpanded(name) ?? '').split('\n');
  let passed = 0;
  for (const [index, span] of bodySpans(datastore, name).entries()) {
    passed += datastore.expand(written[index] ?? '', name).split('\n').length;
    if (passed >= line) return span && withoutBlanks(span);
  }
  return undefined;
}

function withoutBlanks({ source, start, end }: Span): Span {
  const text = source.text.slice(start, end);
  const indent = text.length - text.trimStart().length;
  return text.trim() === '' ? { source, start, end } : source.span(start + indent, start + text.trimEnd().length);
}
