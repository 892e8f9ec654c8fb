/**
 * Names of a dependency list such as `a (>= 1.2) b`, each once, in order. A word that begins with `(` opens a version
 * constraint, which ends with the next word that ends with `)`. BitBake: utils.explode_deps.
 */
export function explodeNames(text: string): readonly string[] {
  const names = new Set<string>();
  let isConstraint = false;
  for (const word of text.split(/\s+/)) {
    if (word.startsWith('(')) isConstraint = true;
    if (!isConstraint && word !== '') names.add(word);
    if (isConstraint && word.endsWith(')')) isConstraint = false;
  }
  return [...names];
}

/** Whether a version constraint of the list is never closed: what follows it would be lost. */
export function hasOpenConstraint(text: string): boolean {
  const words = text.split(/\s+/);
  const opened = words.findLastIndex((word) => word.startsWith('('));
  return opened !== -1 && !words.slice(opened).some((word) => word.endsWith(')'));
}
