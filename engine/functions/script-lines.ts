import type { Span } from '../base/source-text.ts';
import type { Datastore } from '../datastore/datastore.ts';

/** Where a line of a function's body was written. */
export interface BodyLine {
  readonly path: string;
  readonly line: number;
}

/** Where the lines of a function's unexpanded body were written, appended parts included; empty when that is unknown. */
export function bodyLines(datastore: Datastore, name: string): readonly (BodyLine | undefined)[] {
  return bodySpans(datastore, name).map(
    (span) => span && { path: span.source.path, line: span.source.position(span.start).line },
  );
}

/** As `bodyLines`, with the texts of the lines: each span is one line of a file without its newline. */
export function bodySpans(datastore: Datastore, name: string): readonly (Span | undefined)[] {
  const lines: (Span | undefined)[] = [];
  let isOpen = false;
  for (const part of partsOf(datastore, name, datastore.getUnexpanded(name) ?? '')) {
    // A part without a newline at its end goes on in the first line of the next one.
    if (part.text !== '') lines.push(...linesOf(part).slice(isOpen ? 1 : 0));
    isOpen = part.text === '' ? isOpen : !part.text.endsWith('\n');
  }
  return lines;
}

function linesOf({ text, span }: Part): readonly (Span | undefined)[] {
  const length = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  const first = span === undefined ? 0 : bodyStart(span);
  return Array.from({ length }, (_, index) => span && lineOf(span, first + index));
}

interface Part {
  readonly text: string;
  readonly span: Span | undefined;
}

/** The pieces that the body was put together from, if they can still be told apart; else the body as one piece. */
function partsOf(datastore: Datastore, name: string, body: string): readonly Part[] {
  const events = datastore.history(name);
  const pending = events.some(({ operation }) => operation === 'append' || operation === 'prepend');
  const active = new Set(pending ? datastore.overrides() : []);
  const inForce = events.filter(
    ({ override }) => override === undefined || override.split(':').every((each) => active.has(each)),
  );
  const parts = (wanted: 'append' | 'prepend'): readonly Part[] =>
    inForce.flatMap(({ operation, value, span }) => (operation === wanted ? [{ text: value, span }] : []));
  const before = [...parts('prepend')].reverse();
  const after = parts('append');
  const head = textOf(before);
  const tail = textOf(after);
  if (body.length >= head.length + tail.length && body.startsWith(head) && body.endsWith(tail)) {
    const text = body.slice(head.length, body.length - tail.length);
    const written = events.findLast(
      (event) => event.span !== undefined && event.operation === '=' && event.value === text,
    );
    if (written !== undefined || text === '') return [...before, { text, span: written?.span }, ...after];
  }
  return [{ text: body, span: datastore.definition(name) }];
}

function textOf(parts: readonly Part[]): string {
  return parts.map((part) => part.text).join('');
}

/** The first line of a body: a definition's span starts at its header line, and the body begins on the next. */
function bodyStart({ source, start }: Span): number {
  const { line } = source.position(start);
  return /\(\s*\)\s*\{\s*$/.test(source.line(line)) ? line + 1 : line;
}

function lineOf({ source }: Span, line: number): Span | undefined {
  const start = source.lineStart(line);
  return start === undefined ? undefined : source.span(start, start + source.line(line).length);
}
