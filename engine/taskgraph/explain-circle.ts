import type { Span } from '../base/source-text.ts';
import { type EdgeReason, explainEdge } from './explain-edge.ts';
import type { Task } from './task-graph.ts';

/** One step of a circle or a path: who needs whom, and by which statement. */
export interface Hop {
  readonly from: string;
  readonly to: string;
  readonly reason: EdgeReason;
}

/** The hops of tasks that wait for each other; the last one needs the first. */
export function explainCircle(circle: readonly Task[]): readonly Hop[] {
  return circle.flatMap((from, index) => {
    const to = circle[(index + 1) % circle.length];
    return to === undefined ? [] : [{ from: from.key, to: to.key, reason: explainEdge(from, to) }];
  });
}

/** The hops one a line, and which of them is most easily done without. */
export function circleHelp(hops: readonly Hop[]): string {
  const weakest = weakestHop(hops);
  const lines = hops.map((hop) => `  ${hopText(hop)}`);
  const what = 'take one of these dependencies out:';
  if (weakest === undefined || weakest.reason.weakness === 0) return [what, ...lines].join('\n');
  return [what, ...lines, `most likely ${breakText(weakest)}`].join('\n');
}

/** The hop to break a circle at: a wish before a need, what is said between recipes before an order of tasks. */
export function weakestHop(hops: readonly Hop[]): Hop | undefined {
  return hops.reduce<Hop | undefined>(
    (best, hop) => (best !== undefined && best.reason.weakness >= hop.reason.weakness ? best : hop),
    undefined,
  );
}

/** `a:do_x needs b:do_y: DEPENDS names b (layer/a.bb:3)`; paths below `base` are relative. */
export function hopText({ from, to, reason }: Hop, base = ''): string {
  const place = placeOf(reason.span(), base);
  const said = reason.word === undefined ? reason.by : `${reason.by} names ${reason.word}`;
  return `${from} needs ${to}: ${said}${place === undefined ? '' : ` (${place})`}`;
}

/** How to break a circle at this hop. */
export function breakText({ reason }: Hop, base = ''): string {
  const place = placeOf(reason.span(), base);
  const where = place === undefined ? '' : ` (${place})`;
  return reason.word === undefined ? `\`${reason.by}\`${where}` : `\`${reason.word}\` in \`${reason.by}\`${where}`;
}

function placeOf(span: Span | undefined, base: string): string | undefined {
  if (span === undefined) return undefined;
  const { path } = span.source;
  const shown = base !== '' && path.startsWith(`${base}/`) ? path.slice(base.length + 1) : path;
  return `${shown}:${span.source.position(span.start).line}`;
}
