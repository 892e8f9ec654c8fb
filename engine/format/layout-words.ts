import { parseExpansion } from '../language/expansion.ts';

const joint = /\\[^\S\n]*\n/;
const indent = '    ';

/** The physical lines of a text: parted by backslashes at line ends, blanks behind these do not count. */
export function physicalLines(text: string): readonly string[] {
  return text.split(joint);
}

/**
 * The words of a line, parted by blanks outside references and inline code; `undefined` when blanks may matter in it:
 * quotes, or a reference that goes on in another line.
 */
export function splitWords(line: string): readonly string[] | undefined {
  let masked = '';
  const kept: string[] = [];
  for (const part of parseExpansion(line)) {
    if (part.kind !== 'literal') {
      masked += '\0';
      kept.push(line.slice(part.start, part.end));
    } else if (/["'`\0]|\$\{/.test(part.text)) return undefined;
    else masked += part.text;
  }
  const words = masked.split(/\s+/).filter((each) => each !== '');
  return words.map((word) => word.replaceAll('\0', () => kept.shift() ?? ''));
}

/** Whether blanks may be put at the beginning and the end of a list where it has none. */
export interface Edges {
  readonly start: boolean;
  readonly end: boolean;
}

/**
 * The text between the quotes of a list written in several lines: the words of a line stay together, each line is indented
 * alike, the closing quote gets a line of its own. Where an edge is not free and has no blank, none is made.
 * `undefined` when the layout has to stay.
 */
export function layoutList(text: string, edges: Edges): string | undefined {
  const lines = physicalLines(text);
  const split = lines.map(splitWords);
  if (split.some((each) => each === undefined) || lines.some((each) => each.startsWith('#'))) return undefined;
  const rows = split.map((each) => each?.join(' ') ?? '');
  if (rows.filter((each) => each !== '').join(' ') !== (splitWords(lines.join('')) ?? []).join(' ')) return undefined;
  const shown = withoutOuterBlanks(rows);
  if (shown.length === 0) return undefined;
  const whole = lines.join('');
  const first = edges.start || /^\s/.test(whole) ? ` \\\n${indent}` : '';
  const last = edges.end || /\s$/.test(whole) ? ' \\\n' : '';
  return `${first}${shown
    .map((row) => (row === '' ? '' : `${row} `))
    .join(`\\\n${indent}`)
    .trimEnd()}${last}`;
}

/** Words behind a keyword; a line that was continued stays so. `undefined` when the layout has to stay. */
export function layoutWords(text: string): string | undefined {
  const lines = physicalLines(text);
  const split = lines.map(splitWords);
  if (split.some((each) => each === undefined) || lines.some((each) => each.startsWith('#'))) return undefined;
  const rows = split.map((each) => each?.join(' ') ?? '').filter((each) => each !== '');
  if (rows.join(' ') !== (splitWords(lines.join('')) ?? []).join(' ')) return undefined;
  return rows.join(` \\\n${indent}`);
}

/** No empty lines at the ends, at most one between others. */
function withoutOuterBlanks(rows: readonly string[]): readonly string[] {
  const kept = rows.filter((row, index) => row !== '' || (index > 0 && rows[index - 1] !== ''));
  const from = kept[0] === '' ? 1 : 0;
  return kept.slice(from, kept.at(-1) === '' ? -1 : undefined);
}
