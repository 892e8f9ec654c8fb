/** A stretch of a source text: offsets in UTF-16 units, `end` exclusive. Line and column are computed when printed. */
export interface Span {
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
}

/** One-based line and column. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A file as text that always ends in a newline, with the offsets at which its lines start. */
export class SourceText {
  readonly path: string;
  readonly text: string;
  readonly #lineStarts: readonly number[];

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text.endsWith('\n') ? text : `${text}\n`;
    const starts = [0];
    for (let at = this.text.indexOf('\n'); at !== -1; at = this.text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#lineStarts = starts;
  }

  /** Where an offset lies; offsets past the end count as the end. */
  position(offset: number): Position {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1 };
  }

  /** The text of a one-based line without its newline; empty when there is no such line. */
  line(number: number): string {
    const start = this.#lineStarts[number - 1];
    if (start === undefined) return '';
    const end = this.text.indexOf('\n', start);
    return this.text.slice(start, end === -1 ? undefined : end);
  }

  /** The offset of a one-based line; undefined when there is no such line. */
  lineStart(number: number): number | undefined {
    return this.#lineStarts[number - 1];
  }

  /** A span of this text. */
  span(start: number, end: number): Span {
    return { source: this, start, end };
  }
}

/** `path:line:column` of where a span starts. */
export function formatSpan(span: Span): string {
  const { line, column } = span.source.position(span.start);
  return `${span.source.path}:${line}:${column}`;
}
