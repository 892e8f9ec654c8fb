import type { Span } from '../base/source-text.ts';
import { StxError } from '../base/stx-error.ts';
import type { GraphFlag } from '../metadata/graph-flags.ts';
import { placeOfFlagWord } from '../metadata/place-of-word.ts';
import type { Recipe } from '../metadata/recipe.ts';

/** `name:task` of the flags `depends` and `rdepends`. */
export interface NamedTask {
  readonly entry: string;
  readonly name: string;
  readonly task: string;
}

/** `mc:FROM:TO:name:task` of the flag `mcdepends`, and who says it. */
export interface McDependency extends NamedTask {
  readonly from: string;
  readonly to: string;
  readonly recipe: Recipe;
  readonly by: string;
}

/** The names that the flags of a recipe's tasks hold. */
export interface FlaggedNames {
  readonly build: readonly string[];
  readonly runtime: readonly string[];
  readonly across: readonly McDependency[];
}

const noNames: FlaggedNames = { build: [], runtime: [], across: [] };

/** Reads them; throws StxError (`malformed-dependency`) for an entry that is not of the form of its flag. */
export function namesInFlags(recipe: Recipe): FlaggedNames {
  const tasks = [...recipe.tasks.values()].filter(
    ({ flags }) => flags['depends'] || flags['rdepends'] || flags['mcdepends'],
  );
  if (tasks.length === 0) return noNames;
  return {
    build: tasks.flatMap((task) => namedTasks(recipe, task.name, 'depends').map((each) => each.name)),
    runtime: tasks.flatMap((task) => namedTasks(recipe, task.name, 'rdepends').map((each) => each.name)),
    across: tasks.flatMap((task) => mcDependencies(recipe, task.name)),
  };
}

/** The entries of a task's flag `depends` or `rdepends`. Throws StxError (`malformed-dependency`). */
export function namedTasks(recipe: Recipe, task: string, flag: 'depends' | 'rdepends'): readonly NamedTask[] {
  return flagWords(recipe, task, flag).map((entry) => {
    const [name, needed, ...more] = entry.split(':');
    if (name === undefined || needed === undefined || more.length > 0) {
      throw malformed(recipe, task, { flag, entry, form: 'target:task' });
    }
    return { entry, name, task: needed };
  });
}

function mcDependencies(recipe: Recipe, by: string): readonly McDependency[] {
  return flagWords(recipe, by, 'mcdepends').map((entry) => {
    const [, from = '', to = '', name = '', task, ...more] = entry.split(':');
    if (task === undefined || more.length > 0) {
      throw malformed(recipe, by, { flag: 'mcdepends', entry, form: 'mc:FROM:TO:target:task' });
    }
    return { entry, from, to, name, task, recipe, by };
  });
}

/** Words of a task's flag. */
export function flagWords(recipe: Recipe, task: string, flag: GraphFlag): readonly string[] {
  const text = recipe.tasks.get(task)?.flags[flag];
  return text ? text.split(/\s+/).filter((word) => word !== '') : [];
}

/** Where the flag of a task has the entry, else where it was written, else where the task was added. */
export function flagSpan(recipe: Recipe, task: string, wanted: GraphFlag | FlagEntry): Span | undefined {
  const { flag, entry } = typeof wanted === 'string' ? { flag: wanted, entry: '' } : wanted;
  return placeOfFlagWord(entry, { name: task, flag }, recipe.datastore) ?? recipe.tasks.get(task)?.span;
}

/** A word of a task's flag. */
export interface FlagEntry {
  readonly flag: GraphFlag;
  readonly entry: string;
}

function malformed(
  recipe: Recipe,
  task: string,
  { flag, entry, form }: { readonly flag: GraphFlag; readonly entry: string; readonly form: string },
): StxError {
  const message = `\`${entry}\` in ${task}[${flag}] of \`${recipe.pn}\` (\`${recipe.file}\`) is not of the form \`${form}\``;
  return StxError.of('malformed-dependency', message, {
    span: flagSpan(recipe, task, { flag, entry }),
    help: `write it as \`${form}\``,
  });
}
