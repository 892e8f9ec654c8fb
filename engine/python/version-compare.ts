import { valueError } from './values/python-error.ts';

/** A run of digits or letters, or one sign. */
export type Part = readonly [rank: number, value: string | number | undefined];
const end: Part = [0, undefined];

/** Compares `EPOCH:VERSION-REVISION` texts as BitBake's vercmp_string does: negative, zero or positive. */
export function compareVersionTexts(left: string, right: string): number {
  const a = splitVersion(left);
  const b = splitVersion(right);
  return a.epoch - b.epoch || compareParts(a.version, b.version) || compareParts(a.revision, b.revision);
}

/** Whether a comparison result fits `<`, `>=` and so on; `undefined` for an unknown operator. */
export function isVersionRelation(result: number, operator: string): boolean | undefined {
  switch (operator) {
    case '=':
    case '==':
      return result === 0;
    case '!=':
      return result !== 0;
    case '<=':
      return result <= 0;
    case '>=':
      return result >= 0;
    case '<':
    case '<<':
      return result < 0;
    case '>':
    case '>>':
      return result > 0;
    default:
      return undefined;
  }
}

/** `E:V-R` in its parts. Throws ValueError. BitBake: utils.split_version. */
export function splitVersion(text: string): {
  readonly epoch: number;
  readonly version: string;
  readonly revision: string;
} {
  let rest = text.replace(/^[ <>=]+|[ <>=]+$/g, '');
  let epoch = 0;
  if (rest.includes(':')) {
    const [first = '', second = ''] = rest.split(':');
    if (!/^\s*[-+]?\d+\s*$/.test(first)) throw valueError(`invalid literal for int() with base 10: '${first}'`);
    epoch = Number(first);
    rest = second;
  }
  const dash = rest.lastIndexOf('-');
  if (dash === -1) return { epoch, version: rest, revision: '' };
  return { epoch, version: rest.slice(0, dash), revision: rest.slice(dash + 1) };
}

/** The parts that are compared, each with its rank. Numbers rank below letters, letters below signs, `~` below everything, also below the end. */
export function explodeVersion(text: string): readonly Part[] {
  return (text.match(/\d+|[a-zA-Z]+|[\s\S]/g) ?? []).map((piece): Part => {
    if (/^\d/.test(piece)) return [0, Number(piece)];
    if (/^[a-zA-Z]/.test(piece)) return [1, piece];
    return piece === '~' ? [-1, piece] : [2, piece];
  });
}

/** Compares two versions without epoch and revision. BitBake: utils.vercmp_part. */
export function compareParts(left: string, right: string): number {
  const first = explodeVersion(left);
  const second = explodeVersion(right);
  for (let index = 0; index < Math.max(first.length, second.length); index++) {
    const distance = comparePart(first[index] ?? end, second[index] ?? end);
    if (distance !== 0) return distance;
  }
  return 0;
}

function comparePart([rankA, a]: Part, [rankB, b]: Part): number {
  if (rankA !== rankB) return rankA < rankB ? -1 : 1;
  if (a === b) return 0;
  if (a === undefined) return -1;
  return b === undefined || a > b ? 1 : -1;
}
