import { formatSpan, SourceText } from '../../engine/base/source-text.ts';
import { parseRecipeFile } from '../../engine/language/parse-recipe-file.ts';
import type { FileKind, ParsedFile, Statement } from '../../engine/language/statements.ts';

/** Parses a text as the file `a.bb`. */
export function parseText(text: string, kind: FileKind = 'recipe'): ParsedFile {
  return parseRecipeFile(new SourceText('a.bb', text), kind);
}

/** The statements without their spans; name and value texts in place of their objects. */
export function plain(statements: readonly Statement[]): readonly unknown[] {
  return statements.map((statement) =>
    Object.fromEntries(
      Object.entries(statement).flatMap(([key, value]) => {
        if (key === 'span' || key === 'bodySpan') return [];
        return [[key, typeof value === 'object' && 'text' in value ? value.text : value]];
      }),
    ),
  );
}

/** `severity code line:column [marked text] message` of each diagnostic. */
export function problems(text: string, kind: FileKind = 'recipe'): readonly string[] {
  return parseText(text, kind).diagnostics.map(({ severity, code, span, message }) => {
    const place = span ? formatSpan(span).slice('a.bb:'.length) : '-';
    return `${severity} ${code} ${place} [${span ? span.source.text.slice(span.start, span.end) : ''}] ${message}`;
  });
}
