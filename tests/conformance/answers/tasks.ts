import type { CaseContext } from '../case-context.ts';
import type { Query } from '../cases.ts';
import { type RecipeQuery, recipeOf } from '../loaded-project.ts';

/** The tasks of a recipe, what each comes after, and the flags that were asked for. */
export function answerTasks(query: Query, context: CaseContext): unknown {
  const { flags = [], ...where } = query as unknown as RecipeQuery & { readonly flags?: readonly string[] };
  const { tasks, datastore } = recipeOf(context.loaded(), where);
  const answerFlags = (task: string): Readonly<Record<string, string>> =>
    Object.fromEntries(
      flags.flatMap((flag) => {
        const value = datastore.flag(task, flag);
        return value === undefined || (flag === 'depends' && value === '') ? [] : [[flag, value]];
      }),
    );
  const entries = [...tasks.values()].map(({ name, after, missing = [] }) => [
    name,
    {
      deps: after,
      ...(missing.length > 0 ? { missing_deps: missing } : {}),
      ...(flags.length > 0 ? { flags: answerFlags(name) } : {}),
    },
  ]);
  return { tasks: Object.fromEntries(entries) };
}
