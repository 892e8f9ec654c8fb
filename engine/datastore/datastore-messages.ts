import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/source-text.ts';
import { StxError } from '../base/stx-error.ts';
import type { VariableEvent } from './datastore.ts';

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
  if (first.span !== undefined && (related.length >= trailLimit || liesIn(first.span, span))) return error;
  const located: Diagnostic =
    first.span === undefined
      ? { ...first, span }
      : { ...first, related: [...related, { span, message: `needed by \`${name}\`` }] };
  return new StxError([located, ...rest], { origin: error.origin, cause: error.cause });
}

/**
 * Gives an error without a place that of the expression `${@code}`: in the last statement of the history that holds
 * it word for word, line breaks aside. Other errors pass unchanged.
 */
export function locateInline(error: unknown, code: string, events: readonly VariableEvent[]): unknown {
  if (!(error instanceof StxError)) return error;
  const [first, ...rest] = error.diagnostics;
  if (first === undefined || first.span !== undefined) return error;
  const places = events.map((event) => placeOfText(`\${@${code}}`, event.span));
  const span = places.findLast((place) => place !== undefined);
  if (span === undefined) return error;
  return new StxError([{ ...first, span }, ...rest], { origin: error.origin, cause: error.cause });
}

/** The end of a text that is no Python because a brace inside a string ended it too early. */
export function isCutShort(error: unknown): boolean {
  const [first] = error instanceof StxError ? error.diagnostics : [];
  return first?.code === 'python-syntax' && /unterminated string/i.test(first.message);
}

function placeOfText(text: string, statement: Span | undefined): Span | undefined {
  if (statement === undefined) return undefined;
  const { source, start, end } = statement;
  const pattern = [...text].map((each) => each.replace(/[$()*+.?[\\\]^{|}/]/, '\\$&')).join('(?:\\\\\n)?');
  const found = new RegExp(pattern, 'u').exec(source.text.slice(start, end));
  return found === null ? undefined : source.span(start + found.index, start + found.index + found[0].length);
}

function liesIn(inner: Span, outer: Span): boolean {
  return inner.source.path === outer.source.path && inner.start >= outer.start && inner.end <= outer.end;
}
