import { isPresent, type OverrideForm, type PendingText, type Variable } from './variable.ts';

/** OVERRIDES in force, weak to strong, and the same as a set. */
export interface ActiveOverrides {
  readonly list: readonly string[];
  readonly set: ReadonlySet<string>;
}

/** The operators that a name may carry. */
export type PendingOperator = 'append' | 'prepend' | 'remove';

/** No override in force. */
export const noOverrides: ActiveOverrides = { list: [], set: new Set() };

/** The overrides that a value of OVERRIDES names. */
export function parseOverrides(value: string | undefined): ActiveOverrides {
  const list = (value ?? '').split(':').filter((each) => each !== '');
  return { list, set: new Set(list) };
}

const pendingOperator = /:(append|prepend|remove)(?=:|$)/g;

/**
 * Splits `A:o:append:x:y` into base `A:o`, operator `append`, condition `x:y`. A condition with upper case letters is
 * none: then the whole text is an ordinary name, as in BitBake.
 */
export function splitPendingName(
  name: string,
): { readonly base: string; readonly operator: PendingOperator; readonly override: string | undefined } | undefined {
  for (const match of name.matchAll(pendingOperator)) {
    const rest = name.slice(match.index + match[0].length + 1);
    if (/[A-Z]/.test(rest)) continue;
    return {
      base: name.slice(0, match.index),
      operator: match[1] as PendingOperator,
      override: rest === '' ? undefined : rest,
    };
  }
  return undefined;
}

/** Which shorter names `A:o1:o2` may stand in for: `A:o1` under `o2`, `A` under `o1:o2`. */
export function overriddenNames(name: string): readonly { readonly shorter: string; readonly override: string }[] {
  const found: { readonly shorter: string; readonly override: string }[] = [];
  let at = name.lastIndexOf(':');
  while (at > 0) {
    const override = name.slice(at + 1);
    if (!/^[a-z0-9]/.test(override)) break;
    found.push({ shorter: name.slice(0, at), override });
    at = name.lastIndexOf(':', at - 1);
  }
  return found;
}

/** Whether the condition of a pending operator or of an override form holds. */
export function isActive(override: string | undefined, active: ActiveOverrides): boolean {
  return override === undefined || override.split(':').every((each) => active.set.has(each));
}

/** Puts the pending texts whose condition holds around a value; `undefined` stays when none applies. */
export function applyPending(
  value: string | undefined,
  pending: { readonly append: readonly PendingText[]; readonly prepend: readonly PendingText[] },
  active: () => ActiveOverrides,
): string | undefined {
  let result = value;
  for (const { text, override } of pending.append) {
    if (override === undefined || isActive(override, active())) result = (result ?? '') + text;
  }
  for (const { text, override } of pending.prepend) {
    if (override === undefined || isActive(override, active())) result = text + (result ?? '');
  }
  return result;
}

/**
 * The form that gives the value, if any. BitBake: data_smart.py, override order: going through OVERRIDES again and
 * again, a form that ends in the override at hand loses that part, one that equals it wins over those before.
 */
export function strongestForm(forms: readonly OverrideForm[], active: ActiveOverrides): string | undefined {
  const open = new Map<string, string>();
  for (const { name, override } of forms) if (isActive(override, active)) open.set(override, name);
  let winner: string | undefined;
  for (let again = open.size > 0; again; ) {
    again = false;
    for (const override of active.list) {
      winner = open.get(override) ?? winner;
      if (shortenForms(open, override)) again = true;
    }
  }
  return winner;
}

/** Takes `override` off the end of every open form; a form that is nothing else has had its turn. */
function shortenForms(open: Map<string, string>, override: string): boolean {
  let changed = false;
  open.delete(override);
  for (const [key, name] of [...open]) {
    if (!key.endsWith(`:${override}`)) continue;
    open.delete(key);
    open.set(key.replaceAll(`:${override}`, ''), name);
    changed = true;
  }
  return changed;
}

/** Takes the words of `removals` out of a value; whitespace stays. `hits` are the keys whose words occurred. */
export function removeWords(
  value: string,
  removals: ReadonlyMap<string, ReadonlySet<string>>,
): { readonly value: string; readonly hits: ReadonlySet<string> } {
  const hits = new Set<string>();
  const kept = value.split(/(\s)/).filter((word) => {
    let keep = true;
    for (const [key, words] of removals) {
      if (!words.has(word)) continue;
      hits.add(key);
      keep = false;
    }
    return keep;
  });
  return { value: kept.join(''), hits };
}

/** Whether a variable has a value or flag of its own, or an override form in force. */
export function isInForce(variable: Variable, active: ActiveOverrides): boolean {
  return isPresent(variable) || variable.forms?.some((form) => isActive(form.override, active)) === true;
}
