import type { StoredDiagnostic, StoredPlace } from '../messages/stored-diagnostic.ts';
import { columnAfter, outputLine, printable } from './text-width.ts';

/** How paths are shown: relative to `base` when they lie below it. */
export interface PathStyle {
  readonly base: string;
}

/**
 * A diagnostic as text without a final newline: `path:line:col: error: message [code]`, the source line with a caret,
 * related places, detail, and `help:` last.
 */
export function diagnosticText(diagnostic: StoredDiagnostic, style: PathStyle): string {
  const { place, severity, message, code } = diagnostic;
  const where = place === undefined ? 'stx-bake' : placeText(place, style);
  const lines = [`${where}: ${severity}: ${printable(message)} [${code}]`];
  if (place !== undefined) lines.push(...sourceLines(place));
  for (const related of diagnostic.related ?? []) {
    lines.push(
      `   ${placeText(related.place, style)}: ${printable(related.message)}`,
      ...sourceLines(related.place).map((line) => `  ${line}`),
    );
  }
  if (diagnostic.detail !== undefined && diagnostic.detail !== '') {
    lines.push(
      ...diagnostic.detail
        .trimEnd()
        .split('\n')
        .map((line) => `   | ${outputLine(line)}`),
    );
  }
  if (diagnostic.help !== undefined) lines.push(...helpLines(diagnostic.help));
  return lines.join('\n');
}

function helpLines(help: string): readonly string[] {
  return help.split('\n').map((line, index) => `${index === 0 ? '   help: ' : '         '}${printable(line)}`);
}

function placeText(place: StoredPlace, style: PathStyle): string {
  const prefix = `${style.base}/`;
  const path = place.path.startsWith(prefix) ? place.path.slice(prefix.length) : place.path;
  return `${path}:${place.line}:${place.column}`;
}

function sourceLines(place: StoredPlace): readonly string[] {
  const number = String(place.line).padStart(5);
  const { text, before, marked } = excerpt(place);
  const indent = before.replaceAll(/[^\t]+/g, (run) => ' '.repeat(columnAfter(run, 0)));
  const start = columnAfter(before, 0);
  const marks = `^${'~'.repeat(Math.max(0, columnAfter(marked, start) - start - 1))}`;
  return [`${number} | ${printable(text)}`, `${' '.repeat(5)} | ${indent}${marks}`];
}

const longestLine = 400;
const keptBefore = 100;

/** The line, the part before what is marked, and that part; of a very long line a piece around the mark. */
function excerpt(place: StoredPlace): { readonly text: string; readonly before: string; readonly marked: string } {
  const { lineText, column, length } = place;
  const at = Math.min(column - 1, lineText.length);
  if (lineText.length <= longestLine) {
    return { text: lineText, before: lineText.slice(0, at), marked: lineText.slice(at, at + length) };
  }
  const from = at <= keptBefore ? 0 : at - keptBefore;
  const to = Math.min(lineText.length, from + longestLine);
  const head = from > 0 ? '...' : '';
  return {
    text: `${head}${lineText.slice(from, to)}${to < lineText.length ? '...' : ''}`,
    before: `${head}${lineText.slice(from, at)}`,
    marked: lineText.slice(at, Math.min(at + length, to)),
  };
}
