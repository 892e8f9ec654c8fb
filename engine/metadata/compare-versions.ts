/** Epoch, version and revision of a recipe, as text. */
export interface RecipeVersion {
  readonly pe: string;
  readonly pv: string;
  readonly pr: string;
}

/** Negative, zero or positive: epochs as numbers, then version, then revision. BitBake: utils.vercmp. */
export function compareVersions(a: RecipeVersion, b: RecipeVersion): number {
  return (
    (Number.parseInt(a.pe, 10) || 0) - (Number.parseInt(b.pe, 10) || 0) ||
    compareVersionText(a.pv, b.pv) ||
    compareVersionText(a.pr, b.pr)
  );
}

/** Compares piece by piece: `~` before the end, then digits (as numbers), letters, anything else. */
export function compareVersionText(a: string, b: string): number {
  const left = pieces(a);
  const right = pieces(b);
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = comparePieces(left[index], right[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function comparePieces(a: string | undefined, b: string | undefined): number {
  const byKind = rank(a) - rank(b);
  if (byKind !== 0) return byKind;
  if (a === undefined) return b === undefined ? 0 : -1;
  if (b === undefined) return 1;
  if (/^\d/.test(a)) return Math.sign(Number(BigInt(a) - BigInt(b)));
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function rank(piece: string | undefined): number {
  if (piece === undefined || /^\d/.test(piece)) return 0;
  if (/^[a-zA-Z]/.test(piece)) return 1;
  return piece === '~' ? -1 : 2;
}

function pieces(text: string): readonly string[] {
  return text.match(/\d+|[a-zA-Z]+|[^\da-zA-Z]/g) ?? [];
}
