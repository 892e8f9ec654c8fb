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

/** The steps from one list to the other: equal beginnings and ends, and in between the shortest way (Myers) when that is cheap. */
function lineSteps(a: readonly string[], b: readonly string[]): readonly Step[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const same = (lines: readonly string[]): Step[] => lines.map((line) => [' ', line] as const);
  const middle = shortestWay(a.slice(start, a.length - end), b.slice(start, b.length - end));
  return [...same(a.slice(0, start)), ...middle, ...same(a.slice(a.length - end))];
}

const mostChanges = 2000;

function shortestWay(a: readonly string[], b: readonly string[]): readonly Step[] {
  const trace: Map<number, number>[] = [];
  const reach = new Map<number, number>([[1, 0]]);
  for (let depth = 0; depth <= Math.min(a.length + b.length, mostChanges); depth++) {
    trace.push(new Map(reach));
    for (let diagonal = -depth; diagonal <= depth; diagonal += 2) {
      const down = diagonal === -depth || (diagonal !== depth && at(reach, diagonal - 1) < at(reach, diagonal + 1));
      let x = down ? at(reach, diagonal + 1) : at(reach, diagonal - 1) + 1;
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x++;
      reach.set(diagonal, x);
      if (x >= a.length && x - diagonal >= b.length) return walkBack(trace, a, b);
    }
  }
  return [...a.map((line): Step => ['-', line]), ...b.map((line): Step => ['+', line])];
}

function at(reach: ReadonlyMap<number, number>, diagonal: number): number {
  return reach.get(diagonal) ?? -1;
}

function walkBack(trace: readonly ReadonlyMap<number, number>[], a: readonly string[], b: readonly string[]): Step[] {
  const steps: Step[] = [];
  let x = a.length;
  let y = b.length;
  for (let depth = trace.length - 1; depth >= 0; depth--) {
    const reach = trace[depth] ?? new Map();
    const diagonal = x - y;
    const down = diagonal === -depth || (diagonal !== depth && at(reach, diagonal - 1) < at(reach, diagonal + 1));
    const fromX = depth === 0 ? 0 : at(reach, down ? diagonal + 1 : diagonal - 1);
    const fromY = depth === 0 ? 0 : fromX - (down ? diagonal + 1 : diagonal - 1);
    while (x > fromX && y > fromY && x > 0 && y > 0) {
      steps.push([' ', a[--x] ?? '']);
      y--;
    }
    if (depth === 0) break;
    steps.push(down ? ['+', b[--y] ?? ''] : ['-', a[--x] ?? '']);
  }
  return steps.reverse();
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
