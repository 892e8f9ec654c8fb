/** Python code has raised `bb.parse.SkipRecipe`: the recipe that is being read is left out. No error. */
export class RecipeSkipped extends Error {
  /** What code gave as the reason. */
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.name = 'RecipeSkipped';
    this.reason = reason;
  }
}
