import type { StoredDiagnostic, StoredPlace } from '../messages/stored-diagnostic.ts';

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
  const lines = [`${where}: ${severity}: ${message} [${code}]`];
  if (place !== undefined) lines.push(...sourceLines(place));
  for (const related of diagnostic.related ?? []) {
    lines.push(
      `   ${placeText(related.place, style)}: ${related.message}`,
      ...sourceLines(related.place).map((line) => `  ${line}`),
    );
  }
  if (diagnostic.detail !== undefined && diagnostic.detail !== '') {
    lines.push(
      ...diagnostic.detail
        .trimEnd()
        .split('\n')
        .map((line) => `   | ${line}`),
    );
  }
  if (diagnostic.help !== undefined) lines.push(...helpLines(diagnostic.help));
  return lines.join('\n');
}

function helpLines(help: string): readonly string[] {
  return help.split('\n').map((line, index) => (index === 0 ? `   help: ${line}` : `         ${line}`));
}

function placeText(place: StoredPlace, style: PathStyle): string {
  const prefix = `${style.base}/`;
  const path = place.path.startsWith(prefix) ? place.path.slice(prefix.length) : place.path;
  return `${path}:${place.line}:${place.column}`;
}

function sourceLines(place: StoredPlace): readonly string[] {
  const number = String(place.line).padStart(5);
  const before = place.lineText.slice(0, place.column - 1).replaceAll(/[^\t]/g, ' ');
  const marks = `^${'~'.repeat(Math.max(0, place.length - 1))}`;
  return [`${number} | ${place.lineText}`, `${' '.repeat(5)} | ${before}${marks}`];
}
