import { type Diagnostic, errorDiagnostic } from '../base/diagnostic.ts';
import type { Recipe } from '../metadata/recipe.ts';
import { circleHelp, explainCircle } from './explain-circle.ts';
import { findCycle } from './find-cycle.ts';
import type { PlacedRecipe } from './name-table.ts';
import type { Resolvers } from './task-edges.ts';
import type { Task, TaskKey } from './task-graph.ts';

/** What must hold for the tasks that are needed. */
export interface NeededTasks {
  readonly tasks: ReadonlyMap<TaskKey, Task>;
  readonly edges: ReadonlyMap<TaskKey, ReadonlySet<TaskKey>>;
}

/** An error when tasks wait for each other. */
export function checkCycles({ tasks, edges }: NeededTasks): readonly Diagnostic[] {
  const cycle = findCycle({ keys: () => [...tasks.keys()], dependencies: (key) => [...(edges.get(key) ?? [])] });
  return cycle ? [cycleDiagnostic(cycle, tasks)] : [];
}

/** The circle hop by hop, the smallest key first, so that the text does not depend on where the search began. */
function cycleDiagnostic(cycle: readonly TaskKey[], tasks: ReadonlyMap<TaskKey, Task>): Diagnostic {
  const start = cycle.indexOf([...cycle].sort()[0] ?? '');
  const circle = [...cycle.slice(start), ...cycle.slice(0, start)].flatMap((key) => tasks.get(key) ?? []);
  const hops = explainCircle(circle);
  const first = circle[0];
  const message = `${circle.length} tasks wait for each other in a dependency loop`;
  const span = first?.recipe.tasks.get(first.id.task)?.span;
  return errorDiagnostic('dependency-cycle', message, { span, help: circleHelp(hops) });
}

/**
 * Recipes that provide the same name: two of one PN are an error, others a warning; names of BB_MULTI_PROVIDER_ALLOWED may
 * have several.
 */
export function checkProviders(recipes: readonly PlacedRecipe[], resolvers: Resolvers): readonly Diagnostic[] {
  const allowed = resolvers.get('')?.base.datastore.get('BB_MULTI_PROVIDER_ALLOWED') ?? '';
  const names = new Set(allowed.split(/\s+/));
  const found = [...resolvers.keys()].flatMap((configuration) => {
    const own = recipes.filter((each) => each.configuration === configuration).map(({ recipe }) => recipe);
    return [...byProvidedName(own)].flatMap(([name, providers]) => {
      if (providers.length < 2) return [];
      return severalVersions(providers) ?? (names.has(name) ? [] : severalRecipes(name, providers));
    });
  });
  return [...new Map(found.map((each) => [each.message, each])).values()];
}

function byProvidedName(recipes: readonly Recipe[]): ReadonlyMap<string, readonly Recipe[]> {
  const providers = new Map<string, Recipe[]>();
  for (const recipe of recipes) {
    for (const name of new Set(recipe.provides)) {
      const known = providers.get(name);
      if (known) known.push(recipe);
      else providers.set(name, [recipe]);
    }
  }
  return providers;
}

function severalVersions(providers: readonly Recipe[]): Diagnostic | undefined {
  const first = new Map<string, Recipe>();
  for (const recipe of providers) {
    const other = first.get(recipe.pn);
    first.set(recipe.pn, recipe);
    if (other === undefined) continue;
    const { pn } = recipe;
    const message = `two versions of \`${pn}\` are needed: \`${other.file}\` and \`${recipe.file}\``;
    const help = `set PREFERRED_VERSION_${pn}, so that all that need it agree`;
    return errorDiagnostic('multiple-versions', message, { help });
  }
  return undefined;
}

function severalRecipes(name: string, providers: readonly Recipe[]): Diagnostic {
  const names = providers.map(({ pn }) => `\`${pn}\``).join(', ');
  return {
    code: 'multiple-providers',
    severity: 'warning',
    message: `several recipes of this build provide \`${name}\`: ${names}`,
    help: `set PREFERRED_PROVIDER_${name}, or list \`${name}\` in BB_MULTI_PROVIDER_ALLOWED`,
  };
}
