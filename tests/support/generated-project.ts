import fc from 'fast-check';
import { formatLockFile } from '../../engine/base/lock-file.ts';
import { toyLayer } from './test-project.ts';

/** A recipe of a generated project: what it reads, and whether that shows in what it makes. */
export interface GeneratedRecipe {
  readonly name: string;
  /** Names of recipes before it. */
  readonly depends: readonly string[];
  /** Numbers of the configuration's variables that its compile task uses. */
  readonly variables: readonly number[];
  readonly usesClass: boolean;
  readonly usesPatch: boolean;
  readonly usesLock: boolean;
  /** Its output is the same whatever goes in. */
  readonly isBlind: boolean;
}

/** One input that changes. */
export type Change =
  | { readonly kind: 'variable'; readonly number: number }
  | { readonly kind: 'own-variable' | 'source' | 'patch' | 'lock'; readonly recipe: string }
  | { readonly kind: 'class' | 'tool' };

export const variableCount = 3;
const base = [
  ...(toyLayer['meta-toy/classes/base.bbclass'] ?? '').split('\n').filter((line) => line !== ''),
  'LOCK_FILE = "${TOPDIR}/conf/records.lock"',
  'BB_BASEHASH_IGNORE_VARS += "LOCK_FILE"',
  '',
].join('\n');

/** Recipes that depend on earlier ones. */
export function recipesArbitrary(): fc.Arbitrary<readonly GeneratedRecipe[]> {
  const one = fc.record({
    depends: fc.array(fc.nat(), { maxLength: 2 }),
    variables: fc.subarray([...Array(variableCount).keys()]),
    usesClass: fc.boolean(),
    usesPatch: fc.boolean(),
    usesLock: fc.boolean(),
    isBlind: fc.boolean(),
  });
  return fc.array(one, { minLength: 3, maxLength: 6 }).map((drawn) =>
    drawn.map((each, index) => ({
      ...each,
      name: `r${index}`,
      depends: index === 0 ? [] : [...new Set(each.depends.map((number) => `r${number % index}`))],
    })),
  );
}

/** A change of an input; `pick` chooses the recipe. */
export function changeArbitrary(): fc.Arbitrary<(recipes: readonly GeneratedRecipe[]) => Change> {
  const kinds = ['variable', 'own-variable', 'source', 'patch', 'lock', 'class', 'tool'] as const;
  return fc.tuple(fc.constantFrom(...kinds), fc.nat()).map(([kind, pick]) => (recipes) => {
    if (kind === 'class' || kind === 'tool') return { kind };
    if (kind === 'variable') return { kind, number: pick % variableCount };
    const fit = recipes.filter((each) => (kind === 'patch' ? each.usesPatch : kind === 'lock' ? each.usesLock : true));
    const recipe = fit[pick % Math.max(1, fit.length)]?.name;
    return recipe === undefined ? { kind: 'class' } : { kind, recipe };
  });
}

/** The files of a project after so many changes of each input. */
export function projectFiles(
  recipes: readonly GeneratedRecipe[],
  counts: (input: string) => number,
): Readonly<Record<string, string>> {
  const variables = [...Array(variableCount).keys()].map(
    (number) => `G${number} = "${counts(`variable ${number}`)}"\n`,
  );
  const files: Record<string, string> = {
    'build/conf/bblayers.conf': toyLayer['build/conf/bblayers.conf'] ?? '',
    'meta-toy/conf/layer.conf': toyLayer['meta-toy/conf/layer.conf'] ?? '',
    'meta-toy/conf/bitbake.conf': toyLayer['meta-toy/conf/bitbake.conf'] ?? '',
    'meta-toy/classes/base.bbclass': base,
    'meta-toy/classes/common.bbclass': `FROM_CLASS = "${counts('class')}"\n`,
    'build/conf/local.conf': variables.join(''),
    'build/conf/records.lock': formatLockFile(
      recipes.map(({ name }) => ({
        ...{ name: `package-of-${name}`, version: `1.${counts(`lock ${name}`)}`, architecture: 'all', sizeBytes: 1 },
        ...{ path: `pool/${name}.deb`, sha256: 'a'.repeat(64), roots: [name] },
      })),
    ),
  };
  for (const recipe of recipes) Object.assign(files, recipeFiles(recipe, counts));
  return files;
}

function recipeFiles(recipe: GeneratedRecipe, counts: (input: string) => number): Record<string, string> {
  const { name, depends, isBlind, usesClass, usesPatch, usesLock } = recipe;
  const folder = `meta-toy/recipes/${name}`;
  const used = [
    ...recipe.variables.map((number) => `\${G${number}}`),
    ...(usesClass ? ['${FROM_CLASS}'] : []),
    '${OWN}',
  ];
  const read = [
    'source.txt',
    ...(usesPatch ? ['patched.txt'] : []),
    ...depends.map((each) => `"\${TMPDIR}/out/${each}/result"`),
  ];
  const lines = [
    `DEPENDS = "${depends.join(' ')}"`,
    `SRC_URI = "file://source.txt${usesPatch ? ' file://patched.txt file://change.patch' : ''}"`,
    ...(usesClass ? ['inherit common'] : []),
    ...(usesLock ? [`do_compile[lock-root] = "${name}"`] : []),
    `OWN = "${counts(`own-variable ${name}`)}"`,
    'do_compile() {',
    `    { echo ${name} ${used.join(' ')}; cat ${read.join(' ')}; } > all`,
    isBlind ? `    echo ${name} > result` : '    sha256sum < all > result',
    '}',
    '',
  ];
  return {
    [`${folder}/${name}_1.0.bb`]: lines.join('\n'),
    [`${folder}/files/source.txt`]: `source of ${name}, ${counts(`source ${name}`)}\n`,
    ...(usesPatch
      ? {
          [`${folder}/files/patched.txt`]: 'one\ntwo\n',
          [`${folder}/files/change.patch`]: `--- a/patched.txt\n+++ b/patched.txt\n@@ -1,2 +1,2 @@\n one\n-two\n+${counts(`patch ${name}`)}\n`,
        }
      : {}),
  };
}

const early = ['do_fetch', 'do_unpack', 'do_patch'];

/** The tasks that must run after a change, and no other; worked out from the recipes alone. */
export function expectedTasks(recipes: readonly GeneratedRecipe[], change: Change): readonly string[] {
  const expected = new Set<string>();
  const changed = new Set<string>();
  for (const recipe of recipes) {
    const { own, shows } = directly(recipe, change);
    const isFed = recipe.depends.some((each) => changed.has(each));
    const tasks = [...own, ...(own.length > 0 || isFed ? ['do_compile', 'do_stage'] : [])];
    for (const task of tasks) expected.add(`${recipe.name}:${task}`);
    if (!recipe.isBlind && (shows || isFed)) changed.add(recipe.name);
  }
  return [...expected].sort();
}

/** The first tasks of a recipe that a change reaches, and whether it may show in what the recipe makes. */
function directly(
  recipe: GeneratedRecipe,
  change: Change,
): { readonly own: readonly string[]; readonly shows: boolean } {
  const compile = (isReached: boolean, shows = isReached) => ({ own: isReached ? ['do_compile'] : [], shows });
  switch (change.kind) {
    case 'variable':
      return compile(recipe.variables.includes(change.number));
    case 'class':
      return compile(recipe.usesClass);
    case 'tool':
      return { own: ['do_patch'], shows: false };
    case 'own-variable':
      return compile(change.recipe === recipe.name);
    case 'lock':
      return compile(change.recipe === recipe.name, false);
    case 'source':
    case 'patch':
      return change.recipe === recipe.name ? { own: early, shows: true } : { own: [], shows: false };
  }
}
