/** Names of a dependency list such as `a (>= 1.2) b`, version constraints dropped, each once, in order. */
export function explodeNames(text: string): readonly string[] {
  const names = new Set<string>();
  for (const word of text.replace(/\([^)]*(\)|$)/g, ' ').split(/[\s,]+/)) if (word !== '') names.add(word);
  return [...names];
}

/** Whether a version constraint of the list is never closed. */
export function hasOpenConstraint(text: string): boolean {
  return text.replace(/\([^)]*\)/g, ' ').includes('(');
}
