/** A run of lines that both texts have, or that one of them has alone. */
type Step = readonly [mark: ' ' | '-' | '+', line: string];

const contextLines = 3;

/** What changed between two texts, as `diff -u` shows it; empty when nothing did. */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return '';
  const steps = lineSteps(linesOf(before), linesOf(after));
  const hunks = hunksOf(steps).map((range) => hunkText(steps, range));
  return `--- ${path}\n+++ ${path}\n${hunks.join('')}`;
}

/** Lines without their newline; a last line that has none is marked. */
function linesOf(text: string): readonly string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  else lines.push(`${lines.pop() ?? ''}\n\\ No newline at end of file`);
  return lines;
}

/** The steps from one list to the other: equal beginnings and ends, and in between the shortest way when that is cheap. */
function lineSteps(a: readonly string[], b: readonly string[]): readonly Step[] {
  const start = commonLength(a, b);
  const end = commonLength(a.slice(start).reverse(), b.slice(start).reverse());
  const same = (lines: readonly string[]): Step[] => lines.map((line) => [' ', line] as const);
  const middle = shortestWay(a.slice(start, a.length - end), b.slice(start, b.length - end));
  return [...same(a.slice(0, start)), ...middle, ...same(a.slice(a.length - end))];
}

/** How many lines at the beginning are equal. */
function commonLength(a: readonly string[], b: readonly string[]): number {
  const different = a.findIndex((line, index) => line !== b[index]);
  return different === -1 ? Math.min(a.length, b.length) : different;
}

const mostCells = 4_000_000;

/** By a table of the longest common rows; all lines out and all in when the table would be too large. */
function shortestWay(a: readonly string[], b: readonly string[]): readonly Step[] {
  const width = b.length + 1;
  if ((a.length + 1) * width > mostCells) return [...marked('-', a), ...marked('+', b)];
  const common = commonTable(a, b);
  const steps: Step[] = [];
  let [x, y] = [0, 0];
  while (x < a.length && y < b.length) {
    if (a[x] === b[y]) {
      steps.push([' ', a[x++] ?? '']);
      y++;
    } else if ((common[(x + 1) * width + y] ?? 0) >= (common[x * width + y + 1] ?? 0)) steps.push(['-', a[x++] ?? '']);
    else steps.push(['+', b[y++] ?? '']);
  }
  return [...steps, ...marked('-', a.slice(x)), ...marked('+', b.slice(y))];
}

function marked(mark: '-' | '+', lines: readonly string[]): readonly Step[] {
  return lines.map((line) => [mark, line] as const);
}

/** For each pair of places how many lines what follows there has in common, in order. */
function commonTable(a: readonly string[], b: readonly string[]): Uint32Array {
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  for (let x = a.length - 1; x >= 0; x--) {
    for (let y = b.length - 1; y >= 0; y--) {
      const [below = 0, right = 0, both = 0] = [
        table[(x + 1) * width + y],
        table[x * width + y + 1],
        table[(x + 1) * width + y + 1],
      ];
      table[x * width + y] = a[x] === b[y] ? both + 1 : Math.max(below, right);
    }
  }
  return table;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Changed steps with the lines around them; ranges that touch are one. */
function hunksOf(steps: readonly Step[]): readonly Range[] {
  const ranges: Range[] = [];
  for (const [index, [mark]] of steps.entries()) {
    if (mark === ' ') continue;
    const from = Math.max(0, index - contextLines);
    const to = Math.min(steps.length, index + 1 + contextLines);
    const last = ranges.at(-1);
    if (last !== undefined && from <= last.to) ranges[ranges.length - 1] = { from: last.from, to };
    else ranges.push({ from, to });
  }
  return ranges;
}

function hunkText(steps: readonly Step[], { from, to }: Range): string {
  const count = (part: readonly Step[], other: '-' | '+') => part.filter(([mark]) => mark !== other).length;
  const before = steps.slice(0, from);
  const part = steps.slice(from, to);
  const side = (other: '-' | '+') => {
    const length = count(part, other);
    return `${count(before, other) + (length === 0 ? 0 : 1)},${length}`;
  };
  return `@@ -${side('+')} +${side('-')} @@\n${part.map(([mark, line]) => `${mark}${line}\n`).join('')}`;
}
