import type { DiagnosticCode } from './diagnostic-codes.ts';
import type { Span } from './source-text.ts';

/** How bad it is: only an error stops a build. */
export type Severity = 'error' | 'warning' | 'note';

/** A second place that explains the first ("inherited here", "set here"). */
export interface RelatedPlace {
  readonly span: Span;
  readonly message: string;
}

/** What was set wrongly, named where its place is not known: the place is found by whoever has the datastore. */
export interface Setting {
  readonly variable: string;
  /** The word of the value that is meant. */
  readonly word?: string | undefined;
}

/** One problem: what, where, and what to do. Message in lower case, no full stop, names in backticks. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly span?: Span | undefined;
  readonly related?: readonly RelatedPlace[] | undefined;
  readonly setting?: Setting | undefined;
  /** The way out, without the word "help". */
  readonly help?: string | undefined;
  /** Longer text printed as it is below the message: the end of a log, a reject file. */
  readonly detail?: string | undefined;
}

/** What a stage that can report several problems returns; `value` is usable only as far as no error says otherwise. */
export interface Diagnosed<T> {
  readonly value: T;
  readonly diagnostics: readonly Diagnostic[];
}

/** Shorthand for an error. */
export function errorDiagnostic(
  code: DiagnosticCode,
  message: string,
  more: Pick<Diagnostic, 'span' | 'related' | 'setting' | 'help' | 'detail'> = {},
): Diagnostic {
  return { code, severity: 'error', message, ...more };
}
