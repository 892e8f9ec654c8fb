import { type Diagnosed, type Diagnostic, errorDiagnostic } from './diagnostic.ts';
import type { DiagnosticCode } from './diagnostic-codes.ts';

/** Whose mistake it is: what the user wrote, the machine, or what a task ran. */
export type ErrorOrigin = 'input' | 'environment' | 'task';

/** A failure that the user can act on; carries what to print. Never shown with a stack trace. */
export class StxError extends Error {
  readonly diagnostics: readonly Diagnostic[];
  readonly origin: ErrorOrigin;

  constructor(
    diagnostics: readonly Diagnostic[],
    options: { readonly origin?: ErrorOrigin; readonly cause?: unknown } = {},
  ) {
    super(diagnostics.map((each) => `${each.message} [${each.code}]`).join('\n'), { cause: options.cause });
    this.name = 'StxError';
    this.diagnostics = diagnostics;
    this.origin = options.origin ?? 'input';
  }

  /** An StxError with a single error diagnostic. */
  static of(
    code: DiagnosticCode,
    message: string,
    more: Pick<Diagnostic, 'span' | 'related' | 'setting' | 'help' | 'detail'> & {
      readonly origin?: ErrorOrigin;
      readonly cause?: unknown;
    } = {},
  ): StxError {
    const { origin, cause, ...rest } = more;
    return new StxError([errorDiagnostic(code, message, rest)], { ...(origin ? { origin } : {}), cause });
  }
}

/** A bug of ours; its text asks for a report. */
export class InternalError extends Error {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(`internal error, please report: ${message}`, options);
    this.name = 'InternalError';
  }
}

/** For the default branch of an exhaustive switch. */
export function unreachable(value: never): never {
  throw new InternalError(`unexpected ${JSON.stringify(value)}`);
}

/** The value of a stage, or an StxError with every error that it found. */
export function throwErrors<T>(diagnosed: Diagnosed<T>): T {
  const errors = diagnosed.diagnostics.filter((each) => each.severity === 'error');
  if (errors.length > 0) throw new StxError(errors);
  return diagnosed.value;
}
