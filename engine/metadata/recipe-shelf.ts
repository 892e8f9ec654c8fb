import { InternalError, StxError } from '../base/stx-error.ts';
import type { OpenConfiguration } from './base-configuration.ts';
import type { DescribedBase, StoredRecipes } from './cache/cache-file.ts';
import type { Numbering } from './cache/numbering.ts';
import { reviveRecipe } from './cache/plain-recipe.ts';
import { evaluationCode } from './evaluation-code.ts';
import type { Recipe } from './recipe.ts';

/** Recipes of one configuration from their plain data; a recipe file is evaluated again when its variables are asked for. */
export class RecipeShelf {
  readonly #base: DescribedBase;
  readonly #open: () => OpenConfiguration;
  readonly #questions: Numbering;
  readonly #evaluated: Map<string, readonly Recipe[]>;

  constructor(from: {
    readonly base: DescribedBase;
    readonly open: () => OpenConfiguration;
    readonly questions: Numbering;
    /** Recipe files that were evaluated already. */
    readonly evaluated: ReadonlyMap<string, readonly Recipe[]>;
  }) {
    this.#base = from.base;
    this.#open = from.open;
    this.#questions = from.questions;
    this.#evaluated = new Map(from.evaluated);
  }

  /** The recipes of a file. */
  recipes(file: string, { recipes, files, appends }: StoredRecipes): readonly Recipe[] {
    return recipes.map((plain, index) =>
      reviveRecipe(plain, {
        evaluated: () => this.#recipe(file, appends, index),
        filesRead: () => [...this.#base.filesRead, ...this.#paths(files[index]?.[0])],
        filesLookedFor: () => [...this.#base.filesLookedFor, ...this.#paths(files[index]?.[1])],
      }),
    );
  }

  #recipe(file: string, appends: readonly string[], index: number): Recipe {
    const recipe = this.#evaluate(file, appends)[index];
    if (recipe === undefined) throw new InternalError(`\`${file}\` gives other recipes than it did before`);
    return recipe;
  }

  /** Throws StxError when the file was changed meanwhile and has errors now. */
  #evaluate(file: string, appends: readonly string[]): readonly Recipe[] {
    const known = this.#evaluated.get(file);
    if (known !== undefined) return known;
    const { value, diagnostics } = evaluationCode().loadRecipe(this.#open(), file, appends);
    const errors = diagnostics.filter((each) => each.severity === 'error');
    if (errors.length > 0) throw new StxError(errors);
    this.#evaluated.set(file, value);
    return value;
  }

  #paths(numbers: readonly number[] = []): readonly string[] {
    return numbers.map((each) => this.#questions.text(each).slice(1));
  }
}
