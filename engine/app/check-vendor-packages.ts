import { readFileSync } from 'node:fs';
import { type Diagnostic, errorDiagnostic } from '../base/diagnostic.ts';
import { lockRecordsOf, parseLockFile, runTimeRoot } from '../base/lock-file.ts';
import { didYouMean } from '../base/spelling.ts';
import { StxError } from '../base/stx-error.ts';
import { placeOfWord } from '../metadata/place-of-word.ts';
import type { Recipe } from '../metadata/recipe.ts';
import type { RecipeCatalog, Workspace } from '../metadata/workspace.ts';
import type { TaskGraph } from '../taskgraph/task-graph.ts';
import { runTimeClosure, type VendorName } from './run-time-closure.ts';
import type { Witness } from './settled/witness.ts';

/**
 * What an image needs at run time must be made by a recipe or be in the lock of its root. Throws StxError
 * `unknown-runtime-name` for each name that is neither, before anything is built. ASSUME_RPROVIDED lists by name what only
 * the package manager knows (virtual packages). A witness is told which lock files were read.
 */
export function checkVendorPackages(graph: TaskGraph, workspace: Workspace, witness?: Witness): void {
  const images = new Map<Recipe, RecipeCatalog>();
  for (const key of graph.keys()) {
    const { id, recipe } = graph.task(key);
    const catalog = workspace.configurations.get(id.configuration)?.catalog;
    if (catalog && recipe.packages.some((name) => recipe.runtimeDepends.get(name)?.length)) images.set(recipe, catalog);
  }
  const problems = [...images].flatMap(([recipe, catalog]) => {
    const lockFile = recipe.datastore.get('LOCK_FILE');
    if (lockFile) witness?.sawFile(lockFile);
    return missingIn(recipe, catalog);
  });
  if (problems.length > 0) throw new StxError(problems);
}

function missingIn(image: Recipe, catalog: RecipeCatalog): readonly Diagnostic[] {
  const lockFile = image.datastore.get('LOCK_FILE') ?? '';
  const base = image.datastore.get('ROOTFS_BASE') || image.pn;
  if (image.datastore.get('BOOTSTRAP_PACKAGES') === undefined || lockFile === '') return [];
  const assumed = words(image.datastore.get('ASSUME_RPROVIDED'));
  const locked = lockedNames(lockFile, `${base} ${runTimeRoot(image.pn)}`);
  if (locked === undefined) return [];
  const unknown = runTimeClosure(image, catalog).vendor.filter(
    ({ name }) => !locked.has(name) && !assumed.includes(name),
  );
  return unknown.map((wanted) => unknownName(wanted, image, [...locked, ...ownNames(catalog)]));
}

function unknownName({ name, by, package: asking }: VendorName, image: Recipe, known: readonly string[]): Diagnostic {
  const message = `\`${name}\`, which \`${asking}\` needs at run time, is made by no recipe and is not in the lock of \`${image.pn}\``;
  const way = `a vendor's package gets into the lock by \`stx-bake lock add ${image.pn}\``;
  const help = [didYouMean(name, known), way].filter((each) => each !== undefined).join('; ');
  const span = placeOfWord(name, `RDEPENDS:${asking}`, by.datastore);
  return errorDiagnostic('unknown-runtime-name', message, { span, help });
}

function lockedNames(path: string, roots: string): ReadonlySet<string> | undefined {
  try {
    const records = lockRecordsOf(parseLockFile(readFileSync(path, 'utf8'), path), roots);
    return new Set(records.flatMap((each) => [each.name, ...(each.askedAs ?? [])]));
  } catch {
    // A lock file that cannot be read is told by the task that needs it.
    return undefined;
  }
}

function ownNames(catalog: RecipeCatalog): readonly string[] {
  return catalog.recipes.flatMap((each) => each.packages);
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}
