import type { Span } from '../base/source-text.ts';
import { placeOfWord } from '../metadata/place-of-word.ts';
import type { Recipe } from '../metadata/recipe.ts';
import { flagSpan, flagWords } from './task-flags.ts';
import type { Task } from './task-graph.ts';

/** Why a task needs another one. */
export interface EdgeReason {
  /** How it is said: `addtask`, `DEPENDS`, `RDEPENDS:lib`, `do_build[depends]`. */
  readonly by: string;
  /** The word that names the other side there; absent for what holds for all of a recipe. */
  readonly word?: string | undefined;
  /** How easily one does without it, the highest first: a wish, a run-time need, a flag, a build-time need, an order. */
  readonly weakness: number;
  /** Where it was written. */
  span(): Span | undefined;
}

type Look = (from: Task, to: Task) => EdgeReason | undefined;

/** The statement that makes `from` need `to`, which must be an edge of a task graph. */
export function explainEdge(from: Task, to: Task): EdgeReason {
  for (const look of [byOrder, byNamedTask, byBuildName, byRuntimeName, byRecursion]) {
    const found = look(from, to);
    if (found !== undefined) return found;
  }
  return { by: 'its recipe', weakness: 0, span: () => from.recipe.tasks.get(from.id.task)?.span };
}

const byOrder: Look = (from, to) => {
  const task = from.recipe.tasks.get(from.id.task);
  if (!isSameRecipe(from, to) || !task?.after.includes(to.id.task)) return undefined;
  // `addtask x before y` stands with x, `addtask y after x` with y.
  const places = (): Span | undefined => task.span ?? to.recipe.tasks.get(to.id.task)?.span;
  return { by: 'addtask', weakness: 0, span: places };
};

const byNamedTask: Look = (from, to) => {
  const { recipe, id } = from;
  for (const flag of ['depends', 'rdepends', 'mcdepends'] as const) {
    const word = flagWords(recipe, id.task, flag).find((entry) => {
      const [name = '', task] = entry.split(':').slice(-2);
      return task === to.id.task && answersTo(to.recipe, name);
    });
    if (word === undefined) continue;
    return {
      by: `${id.task}[${flag}]`,
      word,
      weakness: 2,
      span: () => flagSpan(recipe, id.task, { flag, entry: word }),
    };
  }
  return undefined;
};

const byBuildName: Look = (from, to) => {
  const { recipe, id } = from;
  const isAsked = (['deptask', 'recrdeptask'] as const).some((flag) => asks(from, flag, to));
  const word = isAsked ? recipe.depends.find((name) => to.recipe.provides.includes(name)) : undefined;
  if (word === undefined || to.id.configuration !== id.configuration) return undefined;
  return { by: 'DEPENDS', word, weakness: 1, span: () => placeOfWord(word, 'DEPENDS', recipe.datastore) };
};

const byRuntimeName: Look = (from, to) => {
  const { recipe } = from;
  if (!(['rdeptask', 'recrdeptask'] as const).some((flag) => asks(from, flag, to))) return undefined;
  const names = new Set([...to.recipe.runtimeProvides.values()].flat());
  for (const [variable, table] of [
    ['RDEPENDS', recipe.runtimeDepends],
    ['RRECOMMENDS', recipe.runtimeRecommends ?? new Map<string, readonly string[]>()],
  ] as const) {
    for (const [name, words] of table) {
      const word = words.find((each) => names.has(each));
      if (word === undefined) continue;
      const by = `${variable}:${name}`;
      const weakness = variable === 'RDEPENDS' ? 3 : 4;
      return { by, word, weakness, span: () => placeOfWord(word, by, recipe.datastore) };
    }
  }
  return undefined;
};

/** Along other recipes: only the flag can be named. */
const byRecursion: Look = (from, to) => {
  const flag = (['recrdeptask', 'recdeptask', 'deptask', 'rdeptask'] as const).find((each) => asks(from, each, to));
  if (flag === undefined) return undefined;
  const { recipe, id } = from;
  return { by: `${id.task}[${flag}]`, weakness: 2, span: () => flagSpan(recipe, id.task, flag) };
};

function asks(from: Task, flag: 'deptask' | 'rdeptask' | 'recrdeptask' | 'recdeptask', to: Task): boolean {
  return flagWords(from.recipe, from.id.task, flag).includes(to.id.task);
}

function isSameRecipe({ id: a }: Task, { id: b }: Task): boolean {
  return a.recipe === b.recipe && a.configuration === b.configuration;
}

function answersTo(recipe: Recipe, name: string): boolean {
  if (recipe.pn === name || recipe.provides.includes(name)) return true;
  return [...recipe.runtimeProvides.values()].some((names) => names.includes(name));
}
