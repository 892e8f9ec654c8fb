/** The candidates closest to `name`, best first, at most three; empty when nothing is near enough to suggest. */
export function closestNames(name: string, candidates: Iterable<string>): readonly string[] {
  const limit = name.length <= 3 ? 1 : Math.max(2, Math.floor(name.length / 3));
  const scored: { readonly candidate: string; readonly distance: number }[] = [];
  for (const candidate of candidates) {
    if (candidate === name) continue;
    const distance = editDistance(name, candidate, limit);
    if (distance <= limit) scored.push({ candidate, distance });
    else if (name.length >= 3 && candidate.includes(name)) scored.push({ candidate, distance: limit + 1 });
  }
  scored.sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1));
  return scored.slice(0, 3).map((each) => each.candidate);
}

/** ``did you mean `a` or `b`?``, or `undefined` when nothing is close. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const names = closestNames(name, candidates);
  return names.length === 0 ? undefined : `did you mean ${names.map((each) => `\`${each}\``).join(' or ')}?`;
}

/** Levenshtein distance, given up (limit + 1) as soon as it must exceed `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (last[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, replaced));
    }
    if (Math.min(...current) > limit) return limit + 1;
    last = current;
  }
  return last[b.length] ?? limit + 1;
}
