import { type Diagnostic, errorDiagnostic } from '../base/diagnostic.ts';
import { didYouMean } from '../base/spelling.ts';
import type { Recipe } from '../metadata/recipe.ts';
import type { RecipeCatalog, Workspace } from '../metadata/workspace.ts';

/** A recipe in a configuration: what tasks belong to. */
export interface PlacedRecipe {
  readonly configuration: string;
  readonly recipe: Recipe;
}

/** Which recipe answers to a name in a configuration, with ASSUME_PROVIDED respected. */
export class ProviderLookup {
  readonly #workspace: Workspace;
  readonly #assumed = new Map<string, (name: string) => boolean>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  catalog(configuration: string): RecipeCatalog | undefined {
    return this.#workspace.configurations.get(configuration)?.catalog;
  }

  configurations(): readonly string[] {
    return [...this.#workspace.configurations.keys()];
  }

  /** The provider of a build-time name; `undefined` when nobody provides it or it is taken as present. */
  build(configuration: string, name: string): PlacedRecipe | undefined {
    if (this.isAssumed(configuration, name)) return undefined;
    const recipe = this.catalog(configuration)?.providers(name)[0];
    return recipe && { configuration, recipe };
  }

  /** The recipe whose package answers to a run-time name; names nobody provides are vendor packages. */
  runtime(configuration: string, name: string): PlacedRecipe | undefined {
    const recipe = this.catalog(configuration)?.runtimeProviders(name)[0];
    return recipe && { configuration, recipe };
  }

  /** ASSUME_PROVIDED; an entry is a pattern only when it begins with `^` or ends with `$`. */
  isAssumed(configuration: string, name: string): boolean {
    let matches = this.#assumed.get(configuration);
    if (!matches) {
      const base = this.#workspace.configurations.get(configuration)?.base;
      matches = assumedMatcher(base?.datastore.get('ASSUME_PROVIDED') ?? '');
      this.#assumed.set(configuration, matches);
    }
    return matches(name);
  }

  /** Names to offer and recipes that were skipped, for a name that nobody provides. */
  hint(configuration: string, name: string): string | undefined {
    const catalog = this.catalog(configuration);
    if (!catalog) return undefined;
    const skipped = catalog.recipes.filter((each) => each.skipped !== undefined && each.provides.includes(name));
    if (skipped.length > 0) return skipped.map((each) => `\`${each.pn}\` was skipped: ${each.skipped}`).join('; ');
    return didYouMean(name, catalog.targetNames());
  }

  /** An error for each entry of DEPENDS that nobody provides. */
  missingDepends({ configuration, recipe }: PlacedRecipe): readonly Diagnostic[] {
    const missing = recipe.depends.filter(
      (name) => !this.isAssumed(configuration, name) && !this.build(configuration, name),
    );
    const span = recipe.datastore.definition('DEPENDS');
    return missing.map((name) => {
      const message = `nothing provides \`${name}\`, which \`${recipe.pn}\` needs to be built (\`${recipe.file}\`)`;
      const help = this.hint(configuration, name) ?? 'add a recipe that provides it, or name it in ASSUME_PROVIDED';
      return errorDiagnostic('nothing-provides', message, { span, help });
    });
  }
}

function assumedMatcher(text: string): (name: string) => boolean {
  const entries = text.split(/\s+/).filter((each) => each !== '');
  const isPattern = (entry: string): boolean => entry.startsWith('^') || entry.endsWith('$');
  const names = new Set(entries.filter((entry) => !isPattern(entry)));
  const patterns = entries.filter(isPattern).map((entry) => new RegExp(`^(?:${entry})`));
  return (name) => names.has(name) || patterns.some((pattern) => pattern.test(name));
}
