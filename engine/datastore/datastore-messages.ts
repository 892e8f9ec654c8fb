import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/source-text.ts';
import { StxError } from '../base/stx-error.ts';

/** `A` is needed to find the value of `A`; `trail` begins and ends with the same name. */
export function recursiveReference(trail: readonly string[], span: Span | undefined): StxError {
  const name = trail[0] ?? '';
  return StxError.of(
    'recursive-reference',
    `\`${name}\` refers to itself: ${trail.map((each) => `\`${each}\``).join(' -> ')}`,
    { span, help: 'take the reference out of one of these values, or use `:append`, `:prepend` or `:=`' },
  );
}

/** A name in the syntax that `:` replaced. */
export function oldOverrideSyntax(name: string, span: Span | undefined): StxError {
  const corrected = name.replaceAll(/_(append|prepend|remove)/g, ':$1');
  return StxError.of('old-override-syntax', `\`${name}\` uses the old override syntax`, {
    span,
    help: `write \`${corrected}\`; a name may not contain \`_append\`, \`_prepend\` or \`_remove\``,
  });
}

/** The value of OVERRIDES changes each time it is expanded with the overrides it names. */
export function unstableOverrides(tried: readonly string[], span: Span | undefined): StxError {
  return StxError.of(
    'unstable-overrides',
    `\`OVERRIDES\` does not settle, the last values are ${tried.map((each) => `\`${each}\``).join(', ')}`,
    { span, help: 'do not set what `OVERRIDES` refers to under an override that depends on it' },
  );
}

/** A name as written or expanded, with its unexpanded value. */
export interface NamedValue {
  readonly name: string;
  readonly value: string;
  readonly span: Span | undefined;
}

/** An expanded name takes the place of a variable that has a value. */
export function replacedName(written: NamedValue, expanded: NamedValue): Diagnostic {
  const message = `\`${written.name}\` (${written.value}) replaces original key \`${expanded.name}\` (${expanded.value})`;
  const related = expanded.span ? [{ span: expanded.span, message: `\`${expanded.name}\` is set here` }] : [];
  const help = 'write both with the same name, or take one of them out';
  return { code: 'replaced-name', severity: 'warning', message, span: written.span, related, help };
}

const trailLimit = 8;

/** Adds the place of the value that was being expanded: the first place is the error's, later ones lead to it. */
export function locateError(error: unknown, name: string, span: Span | undefined): unknown {
  if (!(error instanceof StxError) || span === undefined) return error;
  const [first, ...rest] = error.diagnostics;
  if (first === undefined || first.code === 'recursive-reference') return error;
  const related = first.related ?? [];
  if (first.span !== undefined && (related.length >= trailLimit || first.span === span)) return error;
  const located: Diagnostic =
    first.span === undefined
      ? { ...first, span }
      : { ...first, related: [...related, { span, message: `needed by \`${name}\`` }] };
  return new StxError([located, ...rest], { origin: error.origin, cause: error.cause });
}
