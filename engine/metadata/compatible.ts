import { StxError } from '../base/stx-error.ts';
import type { Datastore } from '../datastore/datastore.ts';

/**
 * Why a recipe cannot be had in this configuration; `undefined` when it can. RECIPE_SKIP[PN] gives a reason itself. Each flag of
 * COMPATIBLE_WITH names a variable of recipes that holds a regular expression; the flag's words are what is built for, and
 * one of them must match as a whole. SKIP_REASON says why. Throws StxError for what is no expression.
 */
export function incompatibility(datastore: Datastore): string | undefined {
  const pn = datastore.get('PN') ?? '';
  const told = datastore.flag('RECIPE_SKIP', pn)?.trim();
  if (told) return told;
  for (const variable of datastore.flags('COMPATIBLE_WITH').keys()) {
    const wanted = datastore.get(variable)?.trim();
    if (!wanted) continue;
    const given = (datastore.flag('COMPATIBLE_WITH', variable) ?? '').split(/\s+/).filter((word) => word !== '');
    const expression = compile(wanted, variable, datastore);
    if (given.some((word) => expression.test(word))) continue;
    const why = datastore.get('SKIP_REASON')?.trim();
    return `${variable} is \`${wanted}\`, and this is \`${given.join(' ')}\`${why ? `: ${why}` : ''}`;
  }
  return undefined;
}

function compile(text: string, variable: string, datastore: Datastore): RegExp {
  try {
    return new RegExp(`^(?:${text})$`, 'u');
  } catch {
    const message = `\`${variable}\` is not a regular expression: \`${text}\``;
    throw StxError.of('invalid-pattern', message, { span: datastore.definition(variable) });
  }
}
