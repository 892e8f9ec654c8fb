import { errorDiagnostic } from '../base/diagnostic.ts';
import { closestNames } from '../base/spelling.ts';
import { StxError } from '../base/stx-error.ts';
import type { PlacedRecipe, ProviderLookup } from './provider-lookup.ts';

/** A task as recipe and name, before it is a node. */
export interface PlacedTask extends PlacedRecipe {
  readonly task: string;
}

/** Everything a task needs directly, `recrdeptask` only as far as its own recipe says. BitBake: runqueue.prepare. */
export function directNeeds(task: PlacedTask, lookup: ProviderLookup): readonly PlacedTask[] {
  return [
    ...afterEdges(task),
    ...deptaskEdges(task, lookup),
    ...rdeptaskEdges(task, lookup),
    ...dependsEdges(task, lookup),
    ...rdependsEdges(task, lookup),
    ...mcdependsEdges(task, lookup),
    ...recdeptaskEdges(task, lookup),
    ...recrdeptaskEdges(task, lookup),
  ];
}

/** addtask after/before: tasks of the same recipe. */
function afterEdges(task: PlacedTask): readonly PlacedTask[] {
  const names = task.recipe.tasks.get(task.task)?.after ?? [];
  return names.map((name) => ({ ...task, task: name }));
}

/** [deptask]: the named tasks of everything in DEPENDS. */
function deptaskEdges(task: PlacedTask, lookup: ProviderLookup): readonly PlacedTask[] {
  return tasksOf(buildDependencies(task, lookup), flagWords(task, 'deptask'));
}

/** [rdeptask]: the named tasks of everything in RDEPENDS and RRECOMMENDS that a recipe provides. */
function rdeptaskEdges(task: PlacedTask, lookup: ProviderLookup): readonly PlacedTask[] {
  return tasksOf(runtimeDependencies(task, lookup), flagWords(task, 'rdeptask'));
}

/** [recrdeptask], first part: the named tasks of DEPENDS, RDEPENDS and RRECOMMENDS; the rest follows the graph. */
function recrdeptaskEdges(task: PlacedTask, lookup: ProviderLookup): readonly PlacedTask[] {
  const names = flagWords(task, 'recrdeptask');
  if (names.length === 0) return [];
  return tasksOf([...buildDependencies(task, lookup), ...runtimeDependencies(task, lookup)], names);
}

/** [recdeptask]: the named tasks of all recipes that can be reached along DEPENDS. */
function recdeptaskEdges(task: PlacedTask, lookup: ProviderLookup): readonly PlacedTask[] {
  const names = flagWords(task, 'recdeptask');
  if (names.length === 0) return [];
  const reached = new Map([[task.recipe, task as PlacedRecipe]]);
  // A Map yields what is added to it during the loop.
  for (const each of reached.values()) {
    for (const next of buildDependencies(each, lookup)) if (!reached.has(next.recipe)) reached.set(next.recipe, next);
  }
  reached.delete(task.recipe);
  return tasksOf([...reached.values()], names);
}

/** [depends]: `target:task` of the chosen provider. */
function dependsEdges(task: PlacedTask, lookup: ProviderLookup): readonly PlacedTask[] {
  return pairs(task, 'depends').flatMap(({ entry, name, taskName }) => {
    if (lookup.isAssumed(task.configuration, name)) return [];
    const provider = lookup.build(task.configuration, name);
    if (!provider) throw nothingProvides(task, { flag: 'depends', name, hint: lookup.hint(task.configuration, name) });
    return [existing(task, { ...provider, task: taskName }, entry)];
  });
}

/** [rdepends]: `package:task`; a package that no recipe makes is a vendor's and needs no task. */
function rdependsEdges(task: PlacedTask, lookup: ProviderLookup): readonly PlacedTask[] {
  return pairs(task, 'rdepends').flatMap(({ entry, name, taskName }) => {
    const provider = lookup.runtime(task.configuration, name);
    return provider ? [existing(task, { ...provider, task: taskName }, entry)] : [];
  });
}

/** [mcdepends]: `mc:FROM:TO:target:task`, counted only for tasks of configuration FROM. */
function mcdependsEdges(task: PlacedTask, lookup: ProviderLookup): readonly PlacedTask[] {
  return flagWords(task, 'mcdepends').flatMap((entry) => {
    const [prefix, from = '', to, name, taskName, ...more] = entry.split(':');
    if (prefix !== 'mc' || to === undefined || !name || !taskName || more.length > 0) {
      throw malformed(task, { flag: 'mcdepends', entry, form: 'mc:FROM:TO:target:task' });
    }
    if (from !== task.configuration) return [];
    if (!lookup.catalog(to)) {
      const message = `\`${label(task)}\` depends on \`${entry}\`, but there is no configuration \`${to}\``;
      const help = 'add it to BBMULTICONFIG, or correct the entry';
      throw StxError.of('unknown-configuration', message, { span: flagSpan(task), help });
    }
    const provider = lookup.build(to, name);
    if (!provider) throw nothingProvides(task, { flag: 'mcdepends', name, hint: lookup.hint(to, name) });
    return [existing(task, { ...provider, task: taskName }, entry)];
  });
}

/** Words of a task's flag, expanded. */
export function flagWords(task: PlacedTask, flag: string): readonly string[] {
  const text = task.recipe.datastore.flag(task.task, flag) ?? '';
  return text.split(/\s+/).filter((word) => word !== '');
}

/** Text form for messages: `recipe:do_task`. */
export function label(task: PlacedTask): string {
  return `${task.recipe.pn}:${task.task}`;
}

function buildDependencies({ configuration, recipe }: PlacedRecipe, lookup: ProviderLookup): readonly PlacedRecipe[] {
  return recipe.depends.flatMap((name) => lookup.build(configuration, name) ?? []);
}

function runtimeDependencies({ configuration, recipe }: PlacedRecipe, lookup: ProviderLookup): readonly PlacedRecipe[] {
  const lists = [...recipe.runtimeDepends.values(), ...(recipe.runtimeRecommends?.values() ?? [])];
  return [...new Set(lists.flat())].flatMap((name) => lookup.runtime(configuration, name) ?? []);
}

/** Those of the named tasks that the recipes have. */
function tasksOf(recipes: readonly PlacedRecipe[], names: readonly string[]): readonly PlacedTask[] {
  if (names.length === 0) return [];
  return recipes.flatMap((each) =>
    names.filter((name) => each.recipe.tasks.has(name)).map((task) => ({ ...each, task })),
  );
}

function pairs(
  task: PlacedTask,
  flag: 'depends' | 'rdepends',
): readonly { readonly entry: string; readonly name: string; readonly taskName: string }[] {
  return flagWords(task, flag).map((entry) => {
    const [name, taskName, ...more] = entry.split(':');
    if (!name || !taskName || more.length > 0) throw malformed(task, { flag, entry, form: 'target:task' });
    return { entry, name, taskName };
  });
}

function existing(task: PlacedTask, needed: PlacedTask, entry: string): PlacedTask {
  if (needed.recipe.tasks.has(needed.task)) return needed;
  const near = closestNames(needed.task, needed.recipe.tasks.keys());
  const message = `\`${label(task)}\` depends on \`${entry}\`, but \`${needed.recipe.pn}\` has no task \`${needed.task}\``;
  const help = near.length > 0 ? `did you mean ${near.map((each) => `\`${each}\``).join(' or ')}?` : undefined;
  throw StxError.of('unknown-task', message, { span: flagSpan(task), ...(help ? { help } : {}) });
}

function malformed(
  task: PlacedTask,
  { flag, entry, form }: { readonly flag: string; readonly entry: string; readonly form: string },
): StxError {
  const message = `\`${entry}\` in ${task.task}[${flag}] of \`${task.recipe.pn}\` (\`${task.recipe.file}\`) is not of the form \`${form}\``;
  return StxError.of('malformed-dependency', message, { span: flagSpan(task), help: `write it as \`${form}\`` });
}

function nothingProvides(
  task: PlacedTask,
  { flag, name, hint }: { readonly flag: string; readonly name: string; readonly hint: string | undefined },
): StxError {
  const message = `nothing provides \`${name}\`, which ${task.task}[${flag}] of \`${task.recipe.pn}\` names (\`${task.recipe.file}\`)`;
  const help = hint ?? 'add a recipe that provides it, or name it in ASSUME_PROVIDED';
  return new StxError([errorDiagnostic('nothing-provides', message, { span: flagSpan(task), help })]);
}

/** Where the flags of a task were last written, else where the task was added. */
function flagSpan(task: PlacedTask): ReturnType<PlacedTask['recipe']['datastore']['definition']> {
  const events = task.recipe.datastore.history(task.task).filter((event) => event.flag !== undefined && event.span);
  return events.at(-1)?.span ?? task.recipe.tasks.get(task.task)?.span;
}
