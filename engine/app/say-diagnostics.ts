import type { Diagnostic } from '../base/diagnostic.ts';
import { type StoredDiagnostic, storeDiagnostic } from '../messages/stored-diagnostic.ts';
import { diagnosticText } from '../ui/diagnostic-text.ts';

/** What this call has said by printDiagnostics. */
export const saidDiagnostics: StoredDiagnostic[] = [];

/** What an earlier call said, once more. */
export function sayAgain(said: readonly StoredDiagnostic[]): void {
  for (const each of said) process.stderr.write(`${diagnosticText(each, { base: process.cwd() })}\n`);
}

/** Diagnostics on standard error, paths below the current folder relative. */
export function printDiagnostics(diagnostics: readonly Diagnostic[]): void {
  for (const each of diagnostics) {
    const stored = storeDiagnostic(each);
    saidDiagnostics.push(stored);
    process.stderr.write(`${diagnosticText(stored, { base: process.cwd() })}\n`);
  }
}
