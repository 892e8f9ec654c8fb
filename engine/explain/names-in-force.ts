import type { Datastore } from '../datastore/datastore.ts';
import { valueExplainer } from '../datastore/explain-value.ts';
import type { WrittenName } from './file-statements.ts';
import { placeOf } from './place-of-cause.ts';

/**
 * Those of the names written in a file whose statement has a say in the value that a recipe sees: not one that another
 * assignment overrules, nor a form whose overrides are not in force. What cannot be told counts.
 */
export function namesInForce(
  names: readonly WrittenName[],
  path: string,
  datastore: Datastore,
): readonly WrittenName[] {
  const explain = valueExplainer(datastore);
  return names.filter((name) => {
    if (name.flag !== undefined || /\$/.test(name.base)) return true;
    const variable = name.base.split(':')[0] ?? '';
    const { history, parts } = explain(variable);
    if (parts.some(({ event }) => event === undefined)) return true;
    const own = history.filter(({ event }) => {
      const place = event.flag === undefined ? placeOf(event.span) : undefined;
      return place?.file === path && place.line === name.line;
    });
    return own.length === 0 || own.some(({ counts }) => counts);
  });
}
