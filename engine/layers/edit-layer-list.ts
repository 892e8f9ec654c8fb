import type { LayerEntry, LayerList } from './layer-list.ts';
import { isLayerAssignment } from './layer-list.ts';

/** The text with one more layer in the last list of BBLAYERS, in its layout; without a list there, as a line at the end. */
export function withLayer({ parsed, entries }: LayerList, path: string): string {
  const { text } = parsed.source;
  const statement = parsed.statements.findLast((each) => isLayerAssignment(each) && each.name.text === 'BBLAYERS');
  if (statement === undefined || statement.kind !== 'assign') return withLine(text, path);
  const { start, end } = statement.value.span;
  const last = entries.findLast((each) => each.start > start && each.end < end);
  if (last === undefined) return `${text.slice(0, start + 1)}${path}${text.slice(start + 1)}`;
  const isMultiLine = text.slice(start, end).includes('\n');
  const newLine = text.includes('\r\n') ? '\r\n' : '\n';
  const before = isMultiLine ? ` \\${newLine}${indentOf(last, text)}` : ' ';
  return `${text.slice(0, last.end)}${before}${path}${text.slice(last.end)}`;
}

/** The text with a line `BBLAYERS += "path"` at its end. */
export function withLine(text: string, path: string): string {
  const newLine = text.includes('\r\n') ? '\r\n' : '\n';
  return `${text}BBLAYERS += "${path}"${newLine}`;
}

/** The text without some entries; a line that holds nothing else goes with its entry. */
export function withoutEntries({ parsed }: LayerList, entries: readonly LayerEntry[]): string {
  let { text } = parsed.source;
  for (const entry of entries.toSorted((a, b) => b.start - a.start)) text = withoutEntry(text, entry);
  return text;
}

function withoutEntry(text: string, { start, end }: LayerEntry): string {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text.indexOf('\n', end) + 1;
  const isAlone = text.slice(lineStart, start).trim() === '' && /^[^\S\n]*\\\s*$/.test(text.slice(end, lineEnd));
  if (isAlone) return text.slice(0, lineStart) + text.slice(lineEnd);
  const blanksBefore = /[^\S\n]*$/.exec(text.slice(lineStart, start))?.[0].length ?? 0;
  const blanksAfter = /^[^\S\n]*/.exec(text.slice(end))?.[0].length ?? 0;
  const isFirst =
    text[start - blanksBefore - 1] === '"' ||
    text[start - blanksBefore - 1] === "'" ||
    blanksBefore === start - lineStart;
  if (isFirst) return text.slice(0, start) + text.slice(end + blanksAfter);
  return text.slice(0, start - blanksBefore) + text.slice(end);
}

/** Blanks that put a word under `entry`. */
function indentOf({ start }: LayerEntry, text: string): string {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  return text.slice(lineStart, start).replaceAll(/[^\t]/g, ' ');
}
