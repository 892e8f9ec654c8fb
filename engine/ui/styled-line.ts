import { columnAfter, cutTo } from './text-width.ts';

/** How text may stand out, beside what it says. */
export type Style = 'plain' | 'bold' | 'dim' | 'good' | 'bad' | 'late';

/** A piece of a line. */
export type Piece = readonly [text: string, style: Style];

/** What a terminal can show. */
export interface Look {
  readonly colour: boolean;
  /** Whether block elements are shown as such. */
  readonly unicode: boolean;
}

const codes: Readonly<Record<Style, string>> = { plain: '', bold: '1', dim: '2', good: '32', bad: '1;31', late: '33' };

/** A text in a style. */
export function painted(text: string, style: Style, { colour }: Look): string {
  return colour && style !== 'plain' ? `\u001b[${codes[style]}m${text}\u001b[0m` : text;
}

/** Pieces as one line of at most so many columns, without blanks at its end. */
export function lineOf(pieces: readonly Piece[], width: number, look: Look): string {
  let left = width;
  let line = '';
  for (const [text, style] of pieces) {
    const shown = cutTo(text, left);
    if (shown === '') break;
    left -= columnAfter(shown, 0);
    line += painted(shown, style, look);
  }
  return line.trimEnd();
}

/** As many of the texts, most important first, as fit into a line with two blanks between them. */
export function fitting(texts: readonly Piece[], width: number): readonly Piece[] {
  const chosen: Piece[] = [];
  let left = width;
  for (const [text, style] of texts) {
    const needed = columnAfter(text, 0) + (chosen.length === 0 ? 0 : 2);
    if (needed > left) continue;
    if (chosen.length > 0) chosen.push(['  ', 'plain']);
    chosen.push([text, style]);
    left -= needed;
  }
  return chosen;
}

/** A bar of `width` columns, filled from 0 to 1. */
export function barOf(fraction: number, width: number, { unicode }: Look): string {
  const inner = unicode ? width : width - 2;
  const part = Math.min(1, Math.max(0, fraction)) * inner;
  if (!unicode) return `[${'#'.repeat(Math.floor(part)).padEnd(inner, '-')}]`;
  const eighths = Math.floor((part % 1) * 8);
  const full = '\u2588'.repeat(Math.floor(part));
  return (full + (eighths === 0 ? '' : String.fromCodePoint(0x2590 - eighths))).padEnd(inner, '\u2591');
}
