import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareCodePoints } from '../../base/canonical-json.ts';
import { StxError } from '../../base/stx-error.ts';
import { systemError } from '../../base/system-error.ts';
import type { TaskOrder } from '../../messages/task-order.ts';
import {
  type PackageRecord,
  packageRecordName,
  packageRecordSchema,
  type RecipeRecord,
  recipeRecordName,
} from './package-record.ts';

/** A package as the task `package` left it. */
export interface SplitPackage {
  readonly record: PackageRecord;
  /** Holds `root/` and perhaps `licenses/`. */
  readonly folder: string;
}

/** What the task `package` left for a recipe. */
export interface SplitRecipe {
  readonly recipe: RecipeRecord;
  readonly packages: readonly SplitPackage[];
}

/** The packages of this recipe and of those that it DEPENDS on, out of the outputs of their tasks `package`. */
export async function readSplitRecipes(
  order: TaskOrder,
): Promise<{ readonly own: SplitRecipe; readonly declared: readonly PackageRecord[] }> {
  let own: SplitRecipe | undefined;
  const declared: PackageRecord[] = [];
  for (const dependency of order.dependencies) {
    for (const directory of dependency.directories) {
      const isOwn =
        dependency.task.recipe === order.task.recipe && dependency.task.configuration === order.task.configuration;
      const split = await readSplitRecipe(directory);
      if (split === undefined) continue;
      if (isOwn) own = split;
      else declared.push(...split.packages.map((each) => each.record));
    }
  }
  if (own !== undefined) return { own, declared };
  throw StxError.of('missing-input', `\`${order.task.task}\` does not find what \`do_package\` leaves`, {
    help: `\`addtask ${order.task.task.replace(/^do_/, '')} after do_package\``,
  });
}

/** Records in a directory; `undefined` when the task `package` did not make it. */
export async function readSplitRecipe(directory: string): Promise<SplitRecipe | undefined> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    if (!entries.some((each) => each.name === recipeRecordName)) return undefined;
    const recipe = await readRecord<RecipeRecord>(join(directory, recipeRecordName));
    const names = entries.filter((each) => each.isDirectory()).map((each) => each.name);
    const packages: SplitPackage[] = [];
    for (const name of names.sort(compareCodePoints)) {
      const folder = join(directory, name);
      packages.push({ record: await readRecord<PackageRecord>(join(folder, packageRecordName)), folder });
    }
    return { recipe, packages };
  } catch (error) {
    if (error instanceof StxError) throw error;
    throw systemError(error, 'reading', directory);
  }
}

async function readRecord<T extends { readonly schema: number }>(path: string): Promise<T> {
  const record = JSON.parse(await readFile(path, 'utf8')) as T;
  if (record.schema === packageRecordSchema) return record;
  throw StxError.of('missing-input', `\`${path}\` has another form than this version of the engine reads`, {
    help: 'run `do_package` of its recipe again with `-f -c package`',
  });
}
