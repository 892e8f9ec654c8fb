import test from 'ava';
import { SourceText } from '../../engine/base/source-text.ts';
import { convertSyntax } from '../../engine/format/convert-syntax.ts';
import { formatFile } from '../../engine/format/format-file.ts';
import type { FileKind } from '../../engine/language/statements.ts';
import { brokenTexts } from '../support/broken-texts.ts';

/** Lines that begin with `#`, which comments do. */
function comments(text: string): readonly string[] {
  return text
    .split(/\r\n|\n|\r/)
    .filter((line) => line.startsWith('#'))
    .map((line) => line.trimEnd());
}

function problemOf(text: string, kind: FileKind): string | undefined {
  const source = new SourceText('fuzz', text);
  const formatted = formatFile(source, kind);
  if (formatted.text === undefined) {
    return formatted.diagnostics.some((each) => each.code === 'internal-error') ? 'was given up' : undefined;
  }
  if (comments(formatted.text).join('\n') !== comments(text).join('\n')) return 'lost a comment';
  const again = formatFile(new SourceText('fuzz', formatted.text), kind);
  return again.text === formatted.text ? undefined : 'is not formatted when formatted';
}

test('broken texts are formatted or refused, and never lose a comment', (t) => {
  let formatted = 0;
  for (const { text, kind } of brokenTexts(7, 1500)) {
    const problem = problemOf(text, kind);
    if (problem !== undefined) t.fail(`${problem} (${kind}): ${JSON.stringify(text)}`);
    formatted++;
  }
  t.true(formatted > 300);
});

test('broken texts are converted or left, and the second time changes nothing', (t) => {
  for (const { text, kind } of brokenTexts(11, 800)) {
    const convert = (each: string) =>
      convertSyntax({ source: new SourceText('fuzz', each), text: each, kind, knowledge: { words: new Set() } }).text;
    const once = convert(text);
    if (convert(once) !== once) t.fail(`changes twice (${kind}): ${JSON.stringify(text)}`);
  }
  t.pass();
});
