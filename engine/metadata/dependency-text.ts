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

/** The word that begins a version constraint which is never closed, if there is one: what follows it would be lost. */
export function openConstraint(text: string): string | undefined {
  const words = text.split(/\s+/);
  const opened = words.findLastIndex((word) => word.startsWith('('));
  const isOpen = opened !== -1 && !words.slice(opened).some((word) => word.endsWith(')'));
  return isOpen ? words[opened] : undefined;
}
