import type { Recipe } from '../metadata/recipe.ts';
import type { RecipeCatalog } from '../metadata/workspace.ts';

/** A run-time name that no recipe makes, and the recipe whose package asks for it. */
export interface VendorName {
  readonly name: string;
  readonly by: Recipe;
  readonly package: string;
}

/** What the packages of a recipe need at run time, along the run-time dependencies of all recipes. */
export interface RunTimeClosure {
  readonly vendor: readonly VendorName[];
  /** Recipes whose packages are needed. */
  readonly makers: ReadonlySet<Recipe>;
}

/** Follows the run-time dependencies of a recipe's packages; of alternatives (`a | b`) the first counts. */
export function runTimeClosure(image: Recipe, catalog: RecipeCatalog): RunTimeClosure {
  const seen = new Set<string>();
  const vendor: VendorName[] = [];
  const makers = new Set<Recipe>();
  const queue: VendorName[] = image.packages.flatMap((name) => needs(image, name));
  for (let next = queue.shift(); next; next = queue.shift()) {
    if (seen.has(next.name)) continue;
    seen.add(next.name);
    const [maker] = catalog.runtimeProviders(next.name);
    const made = maker?.packages.find((each) => maker.runtimeProvides.get(each)?.includes(next.name));
    if (maker) makers.add(maker);
    if (maker && made !== undefined) queue.push(...needs(maker, made));
    else if (!maker) vendor.push(next);
  }
  return { vendor, makers };
}

/** Recipes and what they are built with, along DEPENDS. */
export function buildTimeClosure(recipes: Iterable<Recipe>, catalog: RecipeCatalog): ReadonlySet<Recipe> {
  const found = new Set<Recipe>();
  const queue = [...recipes];
  for (let next = queue.shift(); next; next = queue.shift()) {
    if (found.has(next)) continue;
    found.add(next);
    queue.push(...next.depends.flatMap((name) => catalog.providers(name)[0] ?? []));
  }
  return found;
}

function needs(by: Recipe, packageName: string): readonly VendorName[] {
  const names = by.runtimeDepends.get(packageName) ?? [];
  if (names.length === 0) return [];
  const text = `${by.datastore.get('RDEPENDS') ?? ''} ${by.datastore.get(`RDEPENDS:${packageName}`) ?? ''}`;
  const others = new Set([...text.matchAll(/\|\s*([^\s(|]+)/g)].map(([, name = '']) => name));
  return names.flatMap((name) => (name === '|' || others.has(name) ? [] : [{ name, by, package: packageName }]));
}
