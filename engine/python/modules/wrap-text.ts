import { spend } from '../values/meter.ts';
import { valueError } from '../values/python-error.ts';

/** How to wrap: the widest line, what stands before the first and the other lines, and where words may break. */
export interface WrapOptions {
  readonly width: number;
  readonly first: string;
  readonly next: string;
  readonly breakLong: boolean;
  readonly breakHyphens: boolean;
}

/** Lines of a paragraph, as `textwrap.wrap` breaks it. Throws ValueError for a width that is not above zero. */
export function wrapText(text: string, options: WrapOptions): readonly string[] {
  if (options.width <= 0) throw valueError(`invalid width ${options.width} (must be > 0)`);
  spend(text.length);
  const flat = expandTabs(text).replace(/[\t\n\v\f\r ]/g, ' ');
  const chunks = chunksOf(flat, options.breakHyphens).reverse();
  const lines: string[] = [];
  while (chunks.length > 0) {
    const indent = lines.length === 0 ? options.first : options.next;
    const line = takeLine(chunks, { room: options.width - indent.length, first: lines.length === 0, options });
    if (line !== '') lines.push(indent + line);
  }
  return lines;
}

function expandTabs(text: string): string {
  let result = '';
  let column = 0;
  for (const char of text) {
    const width = char === '\t' ? 8 - (column % 8) : 1;
    result += char === '\t' ? ' '.repeat(width) : char;
    column = char === '\n' ? 0 : column + width;
  }
  return result;
}

function chunksOf(text: string, hyphens: boolean): string[] {
  const words = text.split(/( +)/).filter((each) => each !== '');
  if (!hyphens) return words;
  return words.flatMap((word) =>
    word.split(/(?<=[^\W\d_]{2}-)(?=[^\W\d_]{2})|(?<=[\w!"'&.,?])(?=-{2,}\w)|(?<=\w-{2,})(?=\w)/),
  );
}

interface Line {
  readonly room: number;
  readonly first: boolean;
  readonly options: WrapOptions;
}

/** Takes what fits on a line from the end of the chunks. */
function takeLine(chunks: string[], { room, first, options }: Line): string {
  if (!first && chunks.at(-1)?.trim() === '') chunks.pop();
  const taken: string[] = [];
  let width = 0;
  for (let chunk = chunks.at(-1); chunk !== undefined && width + chunk.length <= room; chunk = chunks.at(-1)) {
    taken.push(chunk);
    width += chunk.length;
    chunks.pop();
  }
  const long = chunks.at(-1);
  if (long !== undefined && long.length > room)
    breakLongWord(chunks, taken, { space: room < 1 ? 1 : room - width, options });
  if (taken.at(-1)?.trim() === '') taken.pop();
  return taken.join('');
}

function breakLongWord(
  chunks: string[],
  taken: string[],
  { space, options }: { readonly space: number; readonly options: WrapOptions },
): void {
  const word = chunks.pop() ?? '';
  if (options.breakLong) {
    const hyphen = options.breakHyphens && word.length > space ? word.lastIndexOf('-', space - 1) : -1;
    const end = hyphen > 0 && /[^-]/.test(word.slice(0, hyphen)) ? hyphen + 1 : space;
    taken.push(word.slice(0, end));
    chunks.push(word.slice(end));
  } else if (taken.length === 0) taken.push(word);
  else chunks.push(word);
}
