import type { Span } from '../base/source-text.ts';
import { StxError } from '../base/stx-error.ts';
import type { Datastore, WritableDatastore } from '../datastore/datastore.ts';
import { writeOut } from '../datastore/explain-value.ts';
import { placeOfFlagWord, placeOfWord } from './place-of-word.ts';

/**
 * Replaces names of BB_RECIPE_VIRTUAL_PROVIDERS in DEPENDS and in the flag `depends` of tasks by the recipe's own
 * PREFERRED_PROVIDER. Both hold expanded words afterwards. Throws StxError. BitBake: handleVirtRecipeProviders.
 */
export function replaceVirtualProviders(datastore: WritableDatastore, tasks: Iterable<string>): void {
  const virtual = new Set(words(datastore.get('BB_RECIPE_VIRTUAL_PROVIDERS')));
  const replaced = (name: string, place: () => Span | undefined): string => {
    if (!virtual.has(name)) return name;
    const provider = datastore.get(`PREFERRED_PROVIDER_${name}`);
    if (provider) return provider;
    const message = `\`${name}\` is in BB_RECIPE_VIRTUAL_PROVIDERS, but PREFERRED_PROVIDER_${name} is not set`;
    const help = `set PREFERRED_PROVIDER_${name} to a recipe`;
    throw StxError.of('nothing-provides', message, { span: place(), help });
  };
  const depends = words(datastore.get('DEPENDS')).map((name) =>
    replaced(name, () => placeOfWord(name, 'DEPENDS', datastore)),
  );
  if (datastore.getUnexpanded('DEPENDS') !== depends.join(' ')) writeOut(datastore, 'DEPENDS', depends.join(' '));
  for (const task of tasks) {
    const entries = words(datastore.flag(task, 'depends')).map((entry) => {
      const [name, needed, ...more] = entry.split(':');
      const place = (): Span | undefined => placeOfFlagWord(entry, { name: task, flag: 'depends' }, datastore);
      if (name === undefined || needed === undefined || more.length > 0) throw malformed(task, entry, place());
      return `${replaced(name, place)}:${needed}`;
    });
    datastore.setFlag(task, 'depends', entries.join(' '), flagPlace(datastore, task, 'depends'));
  }
}

/** Where a flag was last written; else undefined. */
export function flagPlace(datastore: Datastore, name: string, flag: string): Span | undefined {
  return datastore.history(name).findLast((event) => event.flag === flag && event.span !== undefined)?.span;
}

function malformed(task: string, entry: string, span: Span | undefined): StxError {
  const message = `\`${entry}\` in ${task}[depends] is not of the form \`recipe:task\``;
  return StxError.of('malformed-dependency', message, { span, help: 'write it as `recipe:task`' });
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}
