import type { Diagnostic } from '../../base/diagnostic.ts';
import { SourceText, type Span } from '../../base/source-text.ts';
import type { FileCache } from '../file-cache.ts';

/** Path, start and end of a span; with the text when it is not that of the file at the path. */
type PlainSpan = readonly [path: string, start: number, end: number, text?: string];

/** A diagnostic as plain data: its texts stay in the files. */
export interface PlainDiagnostic extends Omit<Diagnostic, 'span' | 'related'> {
  readonly span?: PlainSpan | undefined;
  readonly related?: readonly { readonly span: PlainSpan; readonly message: string }[] | undefined;
}

/** The plain data of a diagnostic whose places lie in `files`. */
export function plainDiagnostic(diagnostic: Diagnostic, files: FileCache): PlainDiagnostic {
  const { span, related, ...rest } = diagnostic;
  return {
    ...rest,
    ...(span === undefined ? {} : { span: plainSpan(span, files) }),
    ...(related === undefined
      ? {}
      : { related: related.map((each) => ({ span: plainSpan(each.span, files), message: each.message })) }),
  };
}

/** The diagnostic again; a file is read when its text is asked for. */
export function reviveDiagnostic(plain: PlainDiagnostic, files: FileCache): Diagnostic {
  const { span, related, ...rest } = plain;
  return {
    ...rest,
    ...(span === undefined ? {} : { span: reviveSpan(span, files) }),
    ...(related === undefined
      ? {}
      : { related: related.map((each) => ({ span: reviveSpan(each.span, files), message: each.message })) }),
  };
}

/** The files that the places of a diagnostic lie in. */
export function filesOf({ span, related = [] }: PlainDiagnostic): readonly string[] {
  return [...(span === undefined ? [] : [span[0]]), ...related.map((each) => each.span[0])];
}

function plainSpan({ source, start, end }: Span, files: FileCache): PlainSpan {
  return files.holds(source) ? [source.path, start, end] : [source.path, start, end, source.text];
}

function reviveSpan([path, start, end, text]: PlainSpan, files: FileCache): Span {
  return {
    start,
    end,
    get source() {
      return text === undefined ? files.source(path) : new SourceText(path, text);
    },
  };
}
