import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/source-text.ts';

/** Where something was written; line and column count from one. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A problem of a recipe as data. */
export interface Problem {
  readonly severity: Diagnostic['severity'];
  readonly code: string;
  readonly message: string;
  readonly place: Place | null;
}

/** The place at which a span starts; null for what the engine gave. */
export function placeOf(span: Span | undefined): Place | null {
  return span === undefined ? null : { file: span.source.path, ...span.source.position(span.start) };
}

/** A diagnostic without its source line. */
export function problemOf({ severity, code, message, span }: Diagnostic): Problem {
  return { severity, code, message, place: placeOf(span) };
}

/** `path:line`, relative to `base` below it. */
export function placeText(place: Place | null, base: string): string {
  return place === null ? 'given by the engine' : `${shortPath(place.file, base)}:${place.line}`;
}

/** A path relative to `base` when it lies below it. */
export function shortPath(path: string, base: string): string {
  return path.startsWith(`${base}/`) ? path.slice(base.length + 1) : path;
}

/** A text on one line, in double quotes, with what cannot be seen escaped. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** Rows as lines with aligned columns; nothing behind the last one. */
export function table(rows: readonly (readonly string[])[], indent = ''): string {
  const widths: number[] = [];
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  const line = (row: readonly string[]): string =>
    row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join('  ');
  return rows
    .map((row) => `${indent}${line(row)}`.trimEnd())
    .map((each) => `${each}\n`)
    .join('');
}
