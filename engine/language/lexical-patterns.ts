/** The lexical rules of the language as sticky patterns; chevrotain asks for them at an offset. */

/** A blank within a line. */
const blank = '[^\\S\\n]';
/** A backslash at the end of a line joins it with the next one; blanks after the backslash do not count. */
const joint = `\\\\${blank}*\\n`;
const blankFollows = `(?=(?:${joint})*${blank})`;
const gap = `(?:${blank}|${joint})`;
const nameCharacter = '[a-zA-Z0-9\\-_+./~:{}$]';
const operator = '(?:\\?\\?=|\\?=|:=|\\+=|=\\+|=\\.|\\.=|=)';
const operatorAndQuote = `${gap}*${operator}${gap}*['"]`;
const recipeKeyword = '(?:inherit_defer|inherit|addtask|deltask|addhandler|EXPORT_FUNCTIONS)';
const restOfLine = `[^\\\\\\n]*(?:\\\\(?:${blank}*\\n)?[^\\\\\\n]*)*`;

const joints = new RegExp(joint, 'g');
const rest = new RegExp(restOfLine, 'y');
const defHead = new RegExp(`def${gap}+[\\p{L}\\p{N}_]+`, 'uy');
/** Lines of a `def` that are empty, indented or a comment. */
const defBody = /(?:\n(?:[^\S\n][^\n]*|#[^\n]*)?(?=\n))*/y;
const closingLine = /\n\}[^\S\n]*(?=\n)/g;

/** Pattern sources by token; `A+= "x"` is the name `A` and `+=`, `lib++ = "x"` is the name `lib++`. */
export const patternSources = {
  blankLines: '\\s*\\n',
  joint,
  newline: `${blank}*\\n`,
  gap: `${gap}+`,
  comment: `#${restOfLine}`,
  functionHeader:
    `(?!\\\\)((?:(?:python(?=[\\s(])|fakeroot(?=\\s))${gap}*)*)([\\p{L}\\p{N}_.\\-+{}$:]+)?` +
    `${gap}*\\(${gap}*\\)${gap}*\\{(?:${joint})*${blank}*\\n`,
  functionEnd: `\\}${blank}*(?=\\n)`,
  name: `${nameCharacter}(?:${nameCharacter}|${joint})*?(?=${operatorAndQuote})|${nameCharacter}(?:${nameCharacter}|(?:${joint})+(?=${nameCharacter}))*`,
  operatorAtLineStart: `${operator}(?=${gap}*['"])`,
  flag: `(?<=${nameCharacter}|${joint})\\[(?:${joint})*[a-zA-Z0-9\\-_+.](?:[a-zA-Z0-9\\-_+.@/]|${joint})*\\]`,
  operatorRun: '[?:+.!|&*<>~^%-]*=[=?:+.!|&*<>~^%-]*',
  malformedFlag: '\\[[^\\]\\n]*\\]?',
  junk: '[^\\s\\\\\'"=[]+|[^\\s]',
  misplacedKeyword: `${recipeKeyword}${blankFollows}(?!${operatorAndQuote})`,
} as const;

/** What chevrotain wants of a custom pattern. */
export type PatternFunction = (text: string, offset: number) => RegExpExecArray | null;

/** A keyword that counts only with a blank behind it. */
export function keywordPattern(words: string): PatternFunction {
  return sticky(`(?:${words})${blankFollows}`);
}

/** As `keywordPattern`, but a line that can be read as an assignment to a variable of that name is one. */
export function assignableKeywordPattern(words: string): PatternFunction {
  return sticky(`(?:${words})${blankFollows}(?!${operatorAndQuote})`);
}

/** A pattern tried at one offset. */
export function sticky(source: string): PatternFunction {
  const pattern = new RegExp(source, source.includes('\\p{') ? 'uy' : 'y');
  return (text, offset) => {
    pattern.lastIndex = offset;
    return pattern.exec(text);
  };
}

/** The text of a logical line with its joints taken out. */
export function joinLines(text: string): string {
  return text.includes('\\') ? text.replace(joints, '') : text;
}

/** The rest of the logical line without the blanks and empty continuation lines at its end. */
export function matchRest(text: string, offset: number): RegExpExecArray | null {
  rest.lastIndex = offset;
  const match = rest.exec(text);
  if (match === null) return null;
  match[0] = trimRest(match[0]);
  return match[0] === '' ? null : match;
}

/** As `matchRest`, but never nothing: a line that is only a backslash counts. */
export function matchLine(text: string, offset: number): RegExpExecArray | null {
  const match = matchRest(text, offset);
  if (match !== null) return match;
  rest.lastIndex = offset;
  return rest.exec(text);
}

/** Where the logical line that `offset` lies in ends: at its last newline. */
export function logicalLineEnd(text: string, offset: number): number {
  rest.lastIndex = offset;
  return rest.test(text) ? rest.lastIndex : offset;
}

/** A quoted value: up to the last quote of the same kind, which ends the logical line; exactly three quotes are none. */
export function matchValue(text: string, offset: number): RegExpExecArray | null {
  const match = matchQuoted(text, offset);
  if (match === null) return null;
  const value = match[0];
  const quote = value.charAt(0);
  return value.length > 1 && value.endsWith(quote) && countUpTo(value, quote, 4) !== 3 ? match : null;
}

/** A text that begins like a value, whatever is wrong with it. */
export function matchQuoted(text: string, offset: number): RegExpExecArray | null {
  const first = text[offset];
  return first === '"' || first === "'" ? matchRest(text, offset) : null;
}

/** A `def` line with all lines that belong to it. */
export function matchDef(text: string, offset: number): RegExpExecArray | null {
  defHead.lastIndex = offset;
  const match = text.startsWith('def', offset) ? defHead.exec(text) : null;
  if (match === null) return null;
  rest.lastIndex = defHead.lastIndex;
  if (!rest.exec(text)?.[0].includes(':')) return null;
  defBody.lastIndex = rest.lastIndex;
  defBody.exec(text);
  match[0] = text.slice(offset, Math.max(defBody.lastIndex, rest.lastIndex));
  return match;
}

/** The lines of a function up to the one that is `}`, or up to the end of the file. */
export function matchFunctionBody(text: string, offset: number): RegExpExecArray | null {
  closingLine.lastIndex = offset - 1;
  const match = closingLine.exec(text);
  const end = match === null ? text.length : match.index + 1;
  if (end <= offset) return null;
  const body = match ?? /^/.exec(text);
  if (body !== null) body[0] = text.slice(offset, end);
  return body;
}

function trimRest(text: string): string {
  let end = text.length;
  while (end > 0 && /[^\S\n]/.test(text.charAt(end - 1))) end--;
  while (end > 0 && text[end - 1] === '\n') end = text.lastIndexOf('\\', end - 1);
  return text.slice(0, end);
}

/** How often `part` occurs in `text`; counting stops at `limit`. */
export function countUpTo(text: string, part: string, limit: number): number {
  let count = 0;
  for (let at = text.indexOf(part); at !== -1 && count < limit; at = text.indexOf(part, at + 1)) count++;
  return count;
}
