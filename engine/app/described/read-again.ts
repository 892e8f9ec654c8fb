import { createRequire } from 'node:module';
import { InternalError } from '../../base/stx-error.ts';
import type { Recipe } from '../../metadata/recipe.ts';
import type { LoadedConfiguration } from '../../metadata/workspace.ts';
import type { ReadingOptions } from '../load-metadata.ts';
import type * as Code from './reading-code.ts';

/** The metadata behind a kept graph, read when something is asked that was not kept. */
export class MetadataBehind {
  readonly #options: ReadingOptions;
  #configurations: ReadonlyMap<string, LoadedConfiguration> | undefined;

  constructor(options: ReadingOptions) {
    this.#options = options;
  }

  configuration(name: string): LoadedConfiguration {
    const found = this.#read().get(name);
    if (found === undefined) throw new InternalError(`the configuration \`${name}\` is gone`);
    return found;
  }

  recipe(configuration: string, { file, variant, pn }: Pick<Recipe, 'file' | 'variant' | 'pn'>): Recipe {
    const { recipes } = this.configuration(configuration).catalog;
    const found = recipes.find((each) => each.file === file && each.variant === variant && each.pn === pn);
    if (found === undefined) throw new InternalError(`\`${file}\` gives other recipes than it did before`);
    return found;
  }

  /** Kept facts hold while the metadata is what it was: so there are no errors now that were not there then. */
  #read(): ReadonlyMap<string, LoadedConfiguration> {
    this.#configurations ??= readingCode().readWorkspace(this.#options).configurations;
    return this.#configurations;
  }
}

const load = createRequire(import.meta.url);

/** The code that reads metadata: most questions do without it. */
function readingCode(): typeof Code {
  return load('./reading-code.ts') as typeof Code;
}
