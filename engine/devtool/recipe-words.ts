import { SourceText } from '../base/source-text.ts';
import { parseRecipeFile } from '../language/parse-recipe-file.ts';
import type { Statement } from '../language/statements.ts';

/** A word of a list in the text of a file, with its offsets. */
export interface ListWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** An assignment to a list, and its words. */
export interface ListStatement {
  readonly name: string;
  readonly operator: string;
  /** Offsets of the value, quotes included. */
  readonly start: number;
  readonly end: number;
  readonly words: readonly ListWord[];
}

type Assign = Statement & { readonly kind: 'assign' };

/** The statements of a metadata file. */
export function statementsOf(text: string, path: string): readonly Statement[] {
  return parseRecipeFile(new SourceText(path, text), kindOf(path)).statements;
}

/** The assignments to these names, in order. */
export function listStatements(text: string, path: string, names: readonly string[]): readonly ListStatement[] {
  return statementsOf(text, path)
    .filter((each): each is Assign => each.kind === 'assign' && names.includes(each.name.text))
    .map((statement) => {
      const { start, end } = statement.value.span;
      return {
        name: statement.name.text,
        operator: statement.operator,
        start,
        end,
        words: wordsBetween(text, start, end),
      };
    });
}

/** The text with a word behind another one, in the layout of its list. */
export function insertAfter(text: string, list: ListStatement, word: ListWord, added: string): string {
  const value = text.slice(list.start, list.end);
  const isBeside = ({ start, end }: ListWord): boolean =>
    start !== word.start && !text.slice(Math.min(end, word.end), Math.max(start, word.start)).includes('\n');
  if (!value.includes('\n') || list.words.some(isBeside))
    return `${text.slice(0, word.end)} ${added}${text.slice(word.end)}`;
  const newLine = value.includes('\r\n') ? '\r\n' : '\n';
  return `${text.slice(0, word.end)} \\${newLine}${indentOf(text, list)}${added}${text.slice(word.end)}`;
}

/** The text with a word at the end of a list. */
export function insertLast(text: string, list: ListStatement, added: string): string {
  const last = list.words.at(-1);
  if (last !== undefined) return insertAfter(text, list, last, added);
  return `${text.slice(0, list.start + 1)}${added}${text.slice(list.start + 1)}`;
}

/** The text without a word; a line that holds nothing else goes with it. */
export function withoutWord(text: string, { start, end }: ListWord): string {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text.indexOf('\n', end) + 1;
  const isAlone = text.slice(lineStart, start).trim() === '' && /^[^\S\n]*\\\s*$/.test(text.slice(end, lineEnd));
  if (isAlone) return text.slice(0, lineStart) + text.slice(lineEnd);
  const lineBreak = /[^\S\n]*\\[^\S\n]*\n[^\S\n]*$/.exec(text.slice(0, start));
  if (lineBreak !== null && /^["']/.test(text.slice(end))) return text.slice(0, lineBreak.index) + text.slice(end);
  const before = /[^\S\n]*$/.exec(text.slice(lineStart, start))?.[0].length ?? 0;
  const after = /^[^\S\n]*/.exec(text.slice(end))?.[0].length ?? 0;
  const isFirst = /["']/.test(text[start - before - 1] ?? '') || before === start - lineStart;
  if (isFirst) return text.slice(0, start) + text.slice(end + after);
  return text.slice(0, start - before) + text.slice(end);
}

/** The text with `name = "value"` in place of the last assignment to the name, else as a new line. */
export function withValue(
  text: string,
  path: string,
  setting: { readonly name: string; readonly value: string },
): string {
  const { name, value } = setting;
  const flagged = /^(.+)\[([^\]]+)\]$/.exec(name);
  const found = statementsOf(text, path).findLast((each) =>
    flagged === null
      ? each.kind === 'assign' && each.name.text === name
      : each.kind === 'assign-flag' && each.name.text === flagged[1] && each.flag === flagged[2],
  );
  if (found === undefined || (found.kind !== 'assign' && found.kind !== 'assign-flag')) {
    return withLine(text, path, `${name} = "${value}"`);
  }
  const { start, end } = found.value.span;
  const quote = text[start] ?? '"';
  return text.slice(0, start) + quote + value + quote + text.slice(end);
}

/** The text with a line behind the last assignment, `inherit` or `require` that stands before the functions. */
export function withLine(text: string, path: string, line: string): string {
  const newLine = text.includes('\r\n') ? '\r\n' : '\n';
  const whole = text === '' || text.endsWith('\n') ? text : `${text}${newLine}`;
  const statements = statementsOf(whole, path);
  const code = statements.findIndex(({ kind }) => kind === 'function' || kind === 'def');
  const head = code === -1 ? statements : statements.slice(0, code);
  const last = head.findLast(({ kind }) => ['assign', 'assign-flag', 'include', 'inherit', 'export'].includes(kind));
  if (last === undefined) return code === -1 ? `${whole}${line}${newLine}` : `${line}${newLine}${whole}`;
  const at = whole.indexOf('\n', last.span.end - 1) + 1;
  return `${whole.slice(0, at)}${line}${newLine}${whole.slice(at)}`;
}

function wordsBetween(text: string, start: number, end: number): readonly ListWord[] {
  const inner = text.slice(start + 1, end - 1);
  // A reference such as `${@' '.join(x)}` is one word, whatever stands in it.
  return [...inner.matchAll(/(?:\$\{[^}]*\}|(?!\\[^\S\n]*\r?\n)\S)+/g)].map((match) => {
    const from = start + 1 + match.index;
    return { text: match[0], start: from, end: from + match[0].length };
  });
}

/** That of a line of the list that begins with a word; four blanks where there is none. */
function indentOf(text: string, { words }: ListStatement): string {
  for (const { start } of words.toReversed()) {
    const lineStart = text.lastIndexOf('\n', start - 1) + 1;
    const before = text.slice(lineStart, start);
    if (before.trim() === '') return before;
  }
  return '    ';
}

function kindOf(path: string): 'recipe' | 'include' | 'class' {
  if (path.endsWith('.bbclass')) return 'class';
  return path.endsWith('.inc') ? 'include' : 'recipe';
}
