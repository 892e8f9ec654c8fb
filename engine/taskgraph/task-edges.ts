import { closestNames } from '../base/spelling.ts';
import { StxError } from '../base/stx-error.ts';
import type { GraphFlag } from '../metadata/graph-flags.ts';
import { unknownConfigurationOf } from './configuration-messages.ts';
import type { NameResolver } from './name-resolver.ts';
import type { PlacedRecipe } from './name-table.ts';
import { flagSpan, flagWords, type NamedTask, namedTasks } from './task-flags.ts';

/** A task as recipe and name, before it is a node. */
export interface PlacedTask {
  readonly placed: PlacedRecipe;
  readonly task: string;
}

/** Who answers to which name, by configuration. */
export type Resolvers = ReadonlyMap<string, NameResolver>;

/**
 * Everything a task needs directly, `recrdeptask` only as far as its own recipe says. Throws StxError for flags that name
 * tasks that do not exist. BitBake: runqueue.prepare.
 */
export function directNeeds({ placed, task }: PlacedTask, resolvers: Resolvers): readonly PlacedTask[] {
  const resolver = resolvers.get(placed.configuration);
  const record = placed.recipe.tasks.get(task);
  if (resolver === undefined || record === undefined) return [];
  const needs: PlacedTask[] = record.after.map((name) => ({ placed, task: name }));
  const { flags } = record;
  const words = (flag: GraphFlag): readonly string[] => flagWords(placed.recipe, task, flag);
  if (flags['deptask']) needs.push(...tasksOf(buildDependencies(placed, resolver), words('deptask')));
  if (flags['rdeptask']) needs.push(...tasksOf(runtimeDependencies(placed, resolver), words('rdeptask')));
  if (flags['recrdeptask']) {
    const recipes = [...buildDependencies(placed, resolver), ...runtimeDependencies(placed, resolver)];
    needs.push(...tasksOf(recipes, words('recrdeptask')));
  }
  if (flags['recdeptask']) needs.push(...tasksOf(recipesAlongDepends(placed, resolver), words('recdeptask')));
  if (flags['depends']) needs.push(...flaggedNeeds({ placed, task }, 'depends', resolver));
  if (flags['rdepends']) needs.push(...flaggedNeeds({ placed, task }, 'rdepends', resolver));
  if (flags['mcdepends'] !== undefined) needs.push(...needsAcross({ placed, task }, resolvers));
  return needs;
}

/** [depends] and [rdepends]: `name:task` of the chosen provider; names without a provider were dealt with before. */
function flaggedNeeds(from: PlacedTask, flag: 'depends' | 'rdepends', resolver: NameResolver): readonly PlacedTask[] {
  return namedTasks(from.placed.recipe, from.task, flag).flatMap((entry) => {
    const provider = resolver.provider(flag === 'depends' ? 'build' : 'runtime', entry.name);
    return provider === undefined ? [] : [existing(from, { placed: provider, task: entry.task }, { flag, entry })];
  });
}

/** [mcdepends]: of a configuration that has several such tasks, each waits for what all of them name, as in BitBake. */
function needsAcross(from: PlacedTask, resolvers: Resolvers): readonly PlacedTask[] {
  const { configuration, recipe } = from.placed;
  const all = [...(resolvers.get(configuration)?.mcdepends.values() ?? [])];
  return all.flatMap((entry) => {
    const there = resolvers.get(entry.to);
    if (there === undefined) throw unknownConfigurationOf(entry, resolvers.keys());
    if (entry.from !== configuration) return [];
    const provider = there.provider('build', entry.name);
    if (provider !== undefined) {
      return [existing(from, { placed: provider, task: entry.task }, { flag: 'mcdepends', entry })];
    }
    const message = `\`${recipe.pn}:${from.task}\` depends on \`${entry.entry}\`, but \`${entry.name}\` has no recipe there`;
    const span = flagSpan(entry.recipe, entry.by, { flag: 'mcdepends', entry: entry.entry });
    throw StxError.of('nothing-provides', message, { span, help: 'name a recipe, not something in ASSUME_PROVIDED' });
  });
}

function buildDependencies({ recipe }: PlacedRecipe, resolver: NameResolver): readonly PlacedRecipe[] {
  return recipe.depends.flatMap((name) => resolver.provider('build', name) ?? []);
}

function runtimeDependencies({ recipe }: PlacedRecipe, resolver: NameResolver): readonly PlacedRecipe[] {
  const lists = [...recipe.runtimeDepends.values(), ...(recipe.runtimeRecommends?.values() ?? [])];
  return [...new Set(lists.flat())].flatMap((name) => resolver.provider('runtime', name) ?? []);
}

/** [recdeptask], ours: all recipes that can be reached along DEPENDS. */
function recipesAlongDepends(placed: PlacedRecipe, resolver: NameResolver): readonly PlacedRecipe[] {
  const reached = new Set([placed]);
  // A Set yields what is added to it during the loop.
  for (const each of reached) for (const next of buildDependencies(each, resolver)) reached.add(next);
  reached.delete(placed);
  return [...reached];
}

/** Those of the named tasks that the recipes have. */
function tasksOf(recipes: readonly PlacedRecipe[], names: readonly string[]): readonly PlacedTask[] {
  return recipes.flatMap((placed) =>
    names.filter((name) => placed.recipe.tasks.has(name)).map((task) => ({ placed, task })),
  );
}

function existing(
  from: PlacedTask,
  needed: PlacedTask,
  { flag, entry }: { readonly flag: GraphFlag; readonly entry: NamedTask },
): PlacedTask {
  const { recipe } = needed.placed;
  if (recipe.tasks.has(needed.task)) return needed;
  const near = closestNames(needed.task, recipe.tasks.keys());
  const by = `${from.placed.recipe.pn}:${from.task}`;
  const message = `\`${by}\` depends on \`${entry.entry}\`, but \`${recipe.pn}\` has no task \`${needed.task}\``;
  const help = near.length > 0 ? `did you mean ${near.map((each) => `\`${each}\``).join(' or ')}?` : undefined;
  const span = flagSpan(from.placed.recipe, from.task, { flag, entry: entry.entry });
  throw StxError.of('unknown-task', message, { span, ...(help ? { help } : {}) });
}
