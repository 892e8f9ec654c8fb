/** Whether a code point belongs to something. */
export type CharTest = (code: number) => boolean;

/** Zero-width conditions. */
export type AnchorKind = 'text-start' | 'text-end' | 'line-start' | 'line-end' | 'last-line-end' | 'word' | 'no-word';

/** A part of a pattern. */
export type PatternNode =
  | { readonly kind: 'char'; readonly test: CharTest }
  | { readonly kind: 'anchor'; readonly anchor: AnchorKind; readonly ascii: boolean }
  | { readonly kind: 'group'; readonly index: number; readonly body: PatternNode }
  | { readonly kind: 'reference'; readonly index: number; readonly fold: boolean }
  | {
      readonly kind: 'look';
      readonly behind: number | undefined;
      readonly negative: boolean;
      readonly body: PatternNode;
    }
  | { readonly kind: 'atomic'; readonly body: PatternNode }
  | { readonly kind: 'condition'; readonly index: number; readonly yes: PatternNode; readonly no: PatternNode }
  | RepeatNode
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] };

/** `x*`, `x+?`, `x{2,3}+`. */
export interface RepeatNode {
  readonly kind: 'repeat';
  readonly least: number;
  readonly most: number;
  readonly mode: 'greedy' | 'lazy' | 'possessive';
  readonly body: PatternNode;
}

/** The least and most code points that a part takes. */
export function widthOf(node: PatternNode): readonly [number, number] {
  switch (node.kind) {
    case 'char':
      return [1, 1];
    case 'group':
    case 'atomic':
      return widthOf(node.body);
    case 'reference':
      return [0, Number.POSITIVE_INFINITY];
    case 'condition':
      return either([widthOf(node.yes), widthOf(node.no)]);
    case 'choice':
      return either(node.options.map(widthOf));
    case 'repeat': {
      const [least, most] = widthOf(node.body);
      return [least * node.least, most === 0 ? 0 : most * node.most];
    }
    case 'sequence':
      return node.parts.map(widthOf).reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
    default:
      return [0, 0];
  }
}

function either(widths: readonly (readonly [number, number])[]): readonly [number, number] {
  return [Math.min(...widths.map(([least]) => least)), Math.max(...widths.map(([, most]) => most))];
}
