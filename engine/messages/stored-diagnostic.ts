import type { Diagnostic, Setting, Severity } from '../base/diagnostic.ts';
import type { DiagnosticCode } from '../base/diagnostic-codes.ts';
import { redactLine, redactText } from '../base/redact.ts';
import type { Span } from '../base/source-text.ts';

/** A place as plain data: one-based line and column, the text of the line, and how many characters to mark. */
export interface StoredPlace {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly lineText: string;
  readonly length: number;
}

/** A Diagnostic that can cross a thread or be stored. */
export interface StoredDiagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly place?: StoredPlace | undefined;
  readonly related?: readonly { readonly place: StoredPlace; readonly message: string }[] | undefined;
  /** Found and shown as the place by the main thread, when there is no other. */
  readonly setting?: Setting | undefined;
  readonly help?: string | undefined;
  /** Longer text printed as it is below the message: the end of a log, a reject file. */
  readonly detail?: string | undefined;
}

/** Diagnostic -> plain data, without users and passwords of the addresses in it. */
export function storeDiagnostic(diagnostic: Diagnostic): StoredDiagnostic {
  const { code, severity, setting } = diagnostic;
  const message = redactText(diagnostic.message);
  const help = diagnostic.help && redactText(diagnostic.help);
  const detail = diagnostic.detail && redactText(diagnostic.detail);
  const place = diagnostic.span ? storePlace(diagnostic.span) : undefined;
  const related = diagnostic.related?.map((each) => ({ place: storePlace(each.span), message: each.message }));
  const rare = { ...(setting && { setting }), ...(detail !== undefined && { detail }) };
  return { code, severity, message, place, related, help, ...rare };
}

/** A place that can cross a thread. */
export function storePlace(span: Span): StoredPlace {
  const { line, column } = span.source.position(span.start);
  const lineText = span.source.line(line);
  const length = Math.max(1, Math.min(span.end - span.start, lineText.length - column + 1));
  return { path: span.source.path, line, column, lineText: redactLine(lineText), length };
}
