import { readFileSync } from 'node:fs';
import { SourceText, type Span } from '../../base/source-text.ts';
import type { BodyLine } from '../../functions/script-lines.ts';

const sources = new Map<string, SourceText | undefined>();

/** Finds where a one-based line of a body was written, from the places of its lines. */
export function lineFinder(lines: readonly (BodyLine | undefined)[]): (line: number) => Span | undefined {
  return (line) => {
    const place = lines[line - 1];
    return place === undefined ? undefined : spanOf(place);
  };
}

/** A line of a recipe; nothing when the file cannot be read any more. */
function spanOf({ path, line }: BodyLine): Span | undefined {
  if (!sources.has(path)) sources.set(path, readSource(path));
  const source = sources.get(path);
  const start = source?.lineStart(line);
  return start === undefined ? undefined : source?.span(start, start + Math.max(source.line(line).length, 1));
}

function readSource(path: string): SourceText | undefined {
  try {
    return new SourceText(path, readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
