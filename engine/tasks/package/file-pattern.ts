/** A compiled entry of `FILES`. */
export interface FilePattern {
  readonly text: string;
  /** Path relative to the installed tree, without a leading slash. */
  matches(path: string): boolean;
}

/**
 * Compiles one word of `FILES`: `*`, `?` and `[...]` stay within one path component and skip a leading dot; a pattern that
 * names a directory takes all below it (BitBake metadata: `FILES`; Python's glob).
 */
export function compileFilePattern(text: string): FilePattern {
  const components = text.split('/').filter((each) => each !== '' && each !== '.');
  const matchers = components.map(componentMatcher);
  return {
    text,
    matches(path) {
      const parts = path.split('/');
      return parts.length >= matchers.length && matchers.every((matcher, index) => matcher(parts[index] ?? ''));
    },
  };
}

function componentMatcher(glob: string): (name: string) => boolean {
  if (!/[*?[]/.test(glob)) return (name) => name === glob;
  const expression = new RegExp(`^${globExpression(glob)}$`, 's');
  const takesHidden = glob.startsWith('.');
  return (name) => (takesHidden || !name.startsWith('.')) && expression.test(name);
}

function globExpression(glob: string): string {
  let expression = '';
  for (let at = 0; at < glob.length; at += 1) {
    const character = glob[at] ?? '';
    const setEnd = character === '[' ? closingBracket(glob, at) : -1;
    if (setEnd !== -1) {
      expression += characterSet(glob.slice(at + 1, setEnd));
      at = setEnd;
    } else if (character === '*') expression += '.*';
    else if (character === '?') expression += '.';
    else expression += escapeExpression(character);
  }
  return expression;
}

/** A `]` right after `[` or `[!` belongs to the set. */
function closingBracket(glob: string, open: number): number {
  const first = glob[open + 1] === '!' ? open + 2 : open + 1;
  return glob.indexOf(']', first + 1);
}

/** Ranges that run backwards match nothing, as in Python's fnmatch. */
function characterSet(content: string): string {
  const negated = content.startsWith('!');
  let members = '';
  const characters = [...(negated ? content.slice(1) : content)];
  for (let at = 0; at < characters.length; at += 1) {
    const from = characters[at] ?? '';
    const to = characters[at + 1] === '-' ? characters[at + 2] : undefined;
    if (to === undefined) members += escapeExpression(from);
    else {
      if (from <= to) members += `${escapeExpression(from)}-${escapeExpression(to)}`;
      at += 2;
    }
  }
  if (members === '') return negated ? '.' : '(?!)';
  return `[${negated ? '^' : ''}${members}]`;
}

function escapeExpression(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
