import type { Diagnostic } from '../base/diagnostic.ts';
import { StxError } from '../base/stx-error.ts';
import type { PlacedRecipe } from './name-table.ts';
import { directNeeds, type PlacedTask, type Resolvers } from './task-edges.ts';

/** A task of the recipes that were looked at, by number. */
export interface TaskNode extends PlacedTask {
  /** Number of its recipe. */
  readonly recipe: number;
}

/** All tasks of all recipes that were looked at, and what each needs, as numbers: most of them may not be needed at all. */
export class TaskNodes {
  readonly recipes: readonly PlacedRecipe[];
  readonly nodes: readonly TaskNode[];
  /** Node -> nodes it needs. */
  readonly needs: readonly Set<number>[];
  readonly diagnostics: readonly Diagnostic[];
  readonly #numbers: readonly ReadonlyMap<string, number>[];

  constructor(resolvers: Resolvers) {
    this.recipes = [...resolvers.values()].flatMap((each) => each.recipes());
    const nodes: TaskNode[] = [];
    this.#numbers = this.recipes.map((placed, recipe) => {
      const own = new Map<string, number>();
      for (const task of placed.recipe.tasks.keys()) own.set(task, nodes.push({ placed, task, recipe }) - 1);
      return own;
    });
    this.nodes = nodes;
    const recipeNumbers = new Map(this.recipes.map((placed, index) => [placed, index]));
    const diagnostics: Diagnostic[] = [];
    this.needs = nodes.map((node, index) => {
      const found = new Set<number>();
      for (const need of collect(node, resolvers, diagnostics)) {
        const number = this.number(recipeNumbers.get(need.placed) ?? -1, need.task);
        if (number !== undefined && number !== index) found.add(number);
      }
      return found;
    });
    this.diagnostics = diagnostics;
  }

  /** The node of a recipe's task. */
  number(recipe: number, task: string): number | undefined {
    return this.#numbers[recipe]?.get(task);
  }

  numberOf({ placed, task }: PlacedTask): number | undefined {
    return this.number(this.recipes.indexOf(placed), task);
  }
}

function collect(node: TaskNode, resolvers: Resolvers, diagnostics: Diagnostic[]): readonly PlacedTask[] {
  try {
    return directNeeds(node, resolvers);
  } catch (error) {
    if (!(error instanceof StxError)) throw error;
    diagnostics.push(...error.diagnostics);
    return [];
  }
}
