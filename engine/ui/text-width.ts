const zeroWidth = /[\p{Mn}\p{Me}\p{Cf}]/u;
const doubleWidth =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const plain = /^[\x20-\x7e]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours and erasing to the end of a line are what compilers print.
const colour = /\x1b\[[0-9;:]*[mK]/g;
const ellipsis = '...';

/** The column in which a terminal stands that printed a text from a column on; tabs go to the next multiple of 8. */
export function columnAfter(text: string, from: number): number {
  if (plain.test(text)) return from + text.length;
  let column = from;
  for (const character of printable(text)) column += widthOf(character, column);
  return column;
}

/** A line that cannot steer a terminal: control characters but tabs, and marks of byte order, are shown as U+FFFD. */
export function printable(line: string): string {
  return plain.test(line) ? line : line.replaceAll(/[^\t\n\P{Cc}]|\ufeff/gu, '\ufffd');
}

/** A line of a program's output as it can be shown elsewhere: without colours, and what a carriage return wrote over. */
export function outputLine(line: string): string {
  if (plain.test(line)) return line;
  const written = line.replaceAll(colour, '').replace(/\r+$/, '');
  return printable(written.slice(written.lastIndexOf('\r') + 1));
}

/** The text in at most so many columns of one row; what is cut off is shown as three dots. */
export function cutTo(text: string, width: number): string {
  const shown = printable(text).replaceAll(/[\t\n]/g, ' ');
  if (columnAfter(shown, 0) <= width) return shown;
  const dots = ellipsis.slice(0, Math.max(0, width));
  return startOf(shown, width - dots.length) + dots;
}

/** The text in exactly so many columns: cut, or with blanks behind it. */
export function fitTo(text: string, width: number): string {
  const shown = cutTo(text, width);
  return shown + ' '.repeat(Math.max(0, width - columnAfter(shown, 0)));
}

function startOf(text: string, width: number): string {
  let column = 0;
  let start = '';
  for (const character of text) {
    column += widthOf(character, column);
    if (column > width) break;
    start += character;
  }
  return start;
}

function widthOf(character: string, column: number): number {
  if (character === '\t') return 8 - (column % 8);
  if (doubleWidth.test(character)) return 2;
  return zeroWidth.test(character) ? 0 : 1;
}
