import type { Datastore } from '../datastore/datastore.ts';

/** Where a line of a function's body was written. */
export interface BodyLine {
  readonly path: string;
  readonly line: number;
}

/** Where the lines of a function's unexpanded body were written, appended parts included; empty when that is unknown. */
export function bodyLines(datastore: Datastore, name: string): readonly (BodyLine | undefined)[] {
  const body = datastore.getUnexpanded(name) ?? '';
  const parts = partsOf(datastore, name, body);
  const lines: (BodyLine | undefined)[] = [];
  for (const { text, start } of parts) {
    const count = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
    for (let index = 0; index < count; index++) {
      lines.push(start && { path: start.path, line: start.line + index });
    }
  }
  return lines;
}

interface Part {
  readonly text: string;
  readonly start: BodyLine | undefined;
}

/** The pieces that the body was put together from, if they can still be told apart; else the body as one piece. */
function partsOf(datastore: Datastore, name: string, body: string): readonly Part[] {
  let parts: Part[] = [];
  for (const { operation, value, span } of datastore.history(name)) {
    const part = { text: value, start: span && bodyStart(span.source.path, span) };
    if (operation === '=')
      parts = [part, ...parts.filter((each) => body.includes(each.text) && each !== part).slice(1)];
    else if (operation === 'append') parts.push(part);
    else if (operation === 'prepend') parts.unshift(part);
  }
  if (parts.map((part) => part.text).join('') === body) return parts;
  const span = datastore.definition(name);
  return [{ text: body, start: span && bodyStart(span.source.path, span) }];
}

type SpanLike = NonNullable<ReturnType<Datastore['definition']>>;

/** A definition's span starts at its header line; the body begins on the next. */
function bodyStart(path: string, span: SpanLike): BodyLine {
  const { line } = span.source.position(span.start);
  const isHeader = /\(\s*\)\s*\{\s*$/.test(span.source.line(line));
  return { path, line: isHeader ? line + 1 : line };
}
