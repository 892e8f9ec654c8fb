import test from 'ava';
import fc from 'fast-check';
import { explodeNames, openConstraint } from '../../engine/metadata/dependency-text.ts';
import type { RecipeCatalog } from '../../engine/metadata/workspace.ts';
import { createInlineEvaluator } from '../../engine/python/evaluate-inline.ts';
import { type RecipeSketch, sketchRecipe, sketchWorkspace } from '../support/hand-made-workspace.ts';
import { metadataProject } from '../support/metadata-project.ts';

type Variables = Readonly<Record<string, string>>;

function catalog(
  recipes: readonly (RecipeSketch & { readonly pn: string })[],
  variables: Variables = {},
): RecipeCatalog {
  const workspace = sketchWorkspace({ '': recipes.map(({ pn, ...sketch }) => sketchRecipe(pn, sketch)) }, variables);
  const found = workspace.configurations.get('')?.catalog;
  if (!found) throw new Error('no catalog');
  return found;
}

const versions = (pn: string, ...list: readonly string[]) => list.map((version) => ({ pn, version }));
const pick = (variables: Variables, ...list: readonly string[]): string | undefined =>
  catalog(versions('app', ...list), variables).providers('app')[0]?.pv;

test('the version of a recipe is asked for by override, by name, or for all recipes, in this order', (t) => {
  const all = { PREFERRED_VERSION: '1' };
  const named = { ...all, PREFERRED_VERSION_app: '2' };
  t.is(pick(all, '1', '2', '3', '4'), '1');
  t.is(pick(named, '1', '2', '3', '4'), '2');
  t.is(pick({ ...named, 'PREFERRED_VERSION:pn-app': '3' }, '1', '2', '3', '4'), '3');
  t.is(pick({ ...all, PREFERRED_VERSION_app: '' }, '1', '2'), '1', 'an empty one says nothing');
});

test('a preferred version may name an epoch, never a revision', (t) => {
  t.is(pick({ PREFERRED_VERSION_app: '0:1' }, '1', '2'), '2', 'the recipes have no epoch');
  t.is(pick({ PREFERRED_VERSION_app: '1_r0' }, '1', '2'), '2');
});

test('of several versions that fit, the one with the lowest DEFAULT_PREFERENCE is found first', (t) => {
  const recipes = [
    { pn: 'app', version: '1.1' },
    { pn: 'app', version: '1.2', defaultPreference: -1 },
  ];
  t.is(catalog(recipes, { PREFERRED_VERSION_app: '1.%' }).providers('app')[0]?.pv, '1.2');
});

test('a required version that is missing leaves the name without providers from there on', (t) => {
  const recipes = ['a', 'b', 'c'].map((pn) => ({ pn, provides: ['virtual/x'] }));
  const choice = catalog(recipes, { REQUIRED_VERSION_b: '9', PREFERRED_VERSION_a: '1.0' }).choice('virtual/x');
  t.deepEqual(
    choice.eligible.map(({ pn }) => pn),
    ['a'],
  );
  t.deepEqual(
    choice.diagnostics.map(({ code, severity }) => `${severity} ${code}`),
    ['error preferred-version-missing', 'warning preferred-version-missing'],
  );
});

test('PREFERRED_PROVIDERS lists preferences, and PREFERRED_PROVIDER overrules it', (t) => {
  const recipes = ['a', 'b', 'c'].map((pn) => ({ pn, provides: ['virtual/x'] }));
  const first = (variables: Variables) => catalog(recipes, variables).choice('virtual/x').eligible[0]?.pn;
  t.is(first({ PREFERRED_PROVIDERS: 'virtual/y:b virtual/x:c nonsense' }), 'c');
  t.is(first({ PREFERRED_PROVIDERS: 'virtual/x:c', 'PREFERRED_PROVIDER_virtual/x': 'b' }), 'b');
});

test('what any version of a recipe provides speaks for it as a run-time provider', (t) => {
  const recipes = [
    { pn: 'a', packages: ['service'] },
    { pn: 'b', version: '1', packages: ['service'], provides: ['virtual/x'] },
    { pn: 'b', version: '2', packages: ['service'] },
  ];
  const { eligible, preferences } = catalog(recipes, { 'PREFERRED_PROVIDER_virtual/x': 'b' }).runtimeChoice('service');
  t.deepEqual([eligible.map(({ pn }) => pn), preferences], [['b', 'a'], 1]);
});

test('PACKAGES_DYNAMIC counts when nothing else answers, from the beginning of a name, and + means itself', (t) => {
  const recipes = [
    { pn: 'a', packagesDynamic: ['^a-lang-.*', 'c++-x'] },
    { pn: 'b', packages: ['a-lang-de'] },
  ];
  const first = (name: string) => catalog(recipes).runtimeProviders(name)[0]?.pn;
  t.deepEqual(['a-lang-de', 'a-lang-fr', 'c++-xy', 'ccc-x', 'x-a-lang-fr'].map(first), [
    'b',
    'a',
    'a',
    undefined,
    undefined,
  ]);
});

test('names of a dependency list are its words, without what stands between a word with ( and one with )', (t) => {
  t.deepEqual(explodeNames('a (>= 1.2) b,c  a\nd(>=1) (= 2'), ['a', 'b,c', 'd(>=1)']);
  t.deepEqual(['a (>= 1)', 'a (>= 1', 'a (= 1) b (', 'a'].map(openConstraint), [undefined, '(>=', '(', undefined]);
});

test('a list without parentheses is its words, each once', (t) => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '-', ')', '='), minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(word), (words) => {
      t.deepEqual(explodeNames(words.join('  ')), [...new Set(words)]);
      t.is(openConstraint(words.join(' ')), undefined);
    }),
  );
});

const evaluator = createInlineEvaluator();

test('RDEPENDS, RRECOMMENDS and RPROVIDES without a package count for every package', (t) => {
  const text = 'PACKAGES = "app app-x"\nRDEPENDS = "both"\nRDEPENDS:app-x = "one"\nRPROVIDES = "svc"\n';
  const recipe = metadataProject({ '/meta/recipes/app_1.0.bb': text }, { evaluator }).recipe('app');
  t.deepEqual(
    [...recipe.runtimeDepends],
    [
      ['app', ['both']],
      ['app-x', ['both', 'one']],
    ],
  );
  t.deepEqual(
    [...recipe.runtimeProvides],
    [
      ['app', ['app', 'svc']],
      ['app-x', ['app-x', 'svc']],
    ],
  );
});

test('a recipe carries the flags of its tasks that shape the graph, expanded', (t) => {
  const text = 'TOOL = "hammer"\ndo_build[depends] = "${TOOL}:do_build"\ndo_build[nostamp] = "1"\n';
  const recipe = metadataProject({ '/meta/recipes/app_1.0.bb': text }, { evaluator }).recipe('app');
  t.deepEqual(recipe.tasks.get('do_build')?.flags, { depends: 'hammer:do_build' });
});

test('names of BB_RECIPE_VIRTUAL_PROVIDERS become the recipe that this recipe prefers', (t) => {
  const text =
    'BB_RECIPE_VIRTUAL_PROVIDERS = "virtual/cc"\nPREFERRED_PROVIDER_virtual/cc = "gcc"\nDEPENDS = "  a virtual/cc"\n' +
    'do_build[depends] = "virtual/cc:do_build b:do_build"\n';
  const recipe = metadataProject({ '/meta/recipes/app_1.0.bb': text }, { evaluator }).recipe('app');
  t.is(recipe.datastore.get('DEPENDS'), 'a gcc');
  t.is(recipe.tasks.get('do_build')?.flags['depends'], 'gcc:do_build b:do_build');
  const { diagnostics } = metadataProject(
    { '/meta/recipes/app_1.0.bb': 'BB_RECIPE_VIRTUAL_PROVIDERS = "x"\nDEPENDS = "x"\n' },
    { evaluator },
  );
  t.is(diagnostics[0]?.message, '`x` is in BB_RECIPE_VIRTUAL_PROVIDERS, but PREFERRED_PROVIDER_x is not set');
});

test('EXCLUDE_FROM_WORLD is a yes or a no', (t) => {
  const load = (value: string) =>
    metadataProject({ '/meta/recipes/app_1.0.bb': `EXCLUDE_FROM_WORLD = "${value}"\n` }, { evaluator });
  t.true(load('Yes').recipe('app').excludedFromWorld);
  t.false(load('0').recipe('app').excludedFromWorld);
  t.is(load('maybe').diagnostics[0]?.code, 'invalid-value');
});
