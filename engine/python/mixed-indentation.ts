/** A string of any kind: what is in it does not count. */
const strings =
  /"""(?:\\[\s\S]|[^\\])*?"""|'''(?:\\[\s\S]|[^\\])*?'''|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|#[^\n]*/g;

/** How far a line is indented: with tabs to multiples of eight, and with tabs as one column. */
interface Indentation {
  readonly wide: number;
  readonly narrow: number;
}

/**
 * The one-based line whose indentation fits the lines above only for one width of a tab; `undefined` when there is none.
 * CPython: TabError.
 */
export function mixedIndentation(code: string): number | undefined {
  if (!/^ *\t/m.test(code)) return undefined;
  const lines = code.replace(strings, plainText).split('\n');
  const stack: Indentation[] = [{ wide: 0, narrow: 0 }];
  let depth = 0;
  let goesOn = false;
  for (const [index, line] of lines.entries()) {
    if (depth === 0 && !goesOn && line.trim() !== '' && isMixed(stack, indentation(line))) return index + 1;
    depth = Math.max(0, depth + bracketBalance(line));
    goesOn = line.endsWith('\\');
  }
  return undefined;
}

/** A string without its text, with a continued line for each of its line ends; nothing for a comment. */
function plainText(text: string): string {
  return text.startsWith('#') ? '' : `_${text.replace(/[^\n]+/g, '').replaceAll('\n', '\\\n')}`;
}

function indentation(line: string): Indentation {
  let wide = 0;
  let narrow = 0;
  for (const char of line) {
    if (char !== ' ' && char !== '\t') break;
    wide = char === ' ' ? wide + 1 : wide - (wide % 8) + 8;
    narrow += 1;
  }
  return { wide, narrow };
}

/** Compares with the open blocks, which it brings up to date. */
function isMixed(stack: Indentation[], { wide, narrow }: Indentation): boolean {
  while (stack.length > 1 && wide < (stack.at(-1)?.wide ?? 0)) stack.pop();
  const top = stack.at(-1) ?? { wide: 0, narrow: 0 };
  if (wide === top.wide) return narrow !== top.narrow;
  stack.push({ wide, narrow });
  return narrow <= top.narrow;
}

function bracketBalance(line: string): number {
  return (line.match(/[([{]/g)?.length ?? 0) - (line.match(/[)\]}]/g)?.length ?? 0);
}
