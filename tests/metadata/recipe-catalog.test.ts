import test from 'ava';
import fc from 'fast-check';
import { compareVersionText } from '../../engine/metadata/compare-versions.ts';
import type { RecipeCatalog } from '../../engine/metadata/workspace.ts';
import { type RecipeSketch, sketchRecipe, sketchWorkspace } from '../support/hand-made-workspace.ts';

function catalog(
  recipes: readonly (RecipeSketch & { readonly pn: string })[],
  variables: Readonly<Record<string, string>> = {},
): RecipeCatalog {
  const workspace = sketchWorkspace({ '': recipes.map(({ pn, ...sketch }) => sketchRecipe(pn, sketch)) }, variables);
  return workspace.configurations.get('')!.catalog;
}

const chosen = (from: RecipeCatalog, name: string) => from.providers(name).map((each) => `${each.pn} ${each.pv}`);
const versions = (pn: string, ...list: readonly string[]) => list.map((version) => ({ pn, version }));

test('of several versions the highest is taken', (t) => {
  t.deepEqual(chosen(catalog(versions('app', '1.2', '1.10', '1.9')), 'app'), ['app 1.10']);
});

test('PREFERRED_VERSION picks a version, % stands for any rest, a missing one is passed over', (t) => {
  const pick = (preferred: string) =>
    chosen(catalog(versions('app', '1.9', '1.10', '2.0'), { PREFERRED_VERSION_app: preferred }), 'app');
  t.deepEqual([pick('1.9'), pick('1.%'), pick('3.0')], [['app 1.9'], ['app 1.10'], ['app 2.0']]);
});

test('REQUIRED_VERSION beats PREFERRED_VERSION and leaves nothing when it is missing', (t) => {
  const pick = (required: string) =>
    chosen(catalog(versions('app', '1', '2'), { REQUIRED_VERSION_app: required, PREFERRED_VERSION_app: '2' }), 'app');
  t.deepEqual([pick('1'), pick('9')], [['app 1'], []]);
});

test('a stronger layer wins against a higher version, DEFAULT_PREFERENCE does too', (t) => {
  const layers = [
    { pn: 'app', version: '2', layerPriority: 5 },
    { pn: 'app', version: '1', layerPriority: 9 },
  ];
  t.deepEqual(chosen(catalog(layers), 'app'), ['app 1']);
  t.deepEqual(
    chosen(
      catalog([
        { pn: 'app', version: '1' },
        { pn: 'app', version: '2', defaultPreference: -1 },
      ]),
      'app',
    ),
    ['app 1'],
  );
});

test('a recipe of that name comes first, unless PREFERRED_PROVIDER names another', (t) => {
  const recipes = [{ pn: 'alpha', provides: ['zeta'] }, { pn: 'zeta' }];
  t.deepEqual(chosen(catalog(recipes), 'zeta'), ['zeta 1.0', 'alpha 1.0']);
  t.deepEqual(chosen(catalog(recipes, { PREFERRED_PROVIDER_zeta: 'alpha' }), 'zeta'), ['alpha 1.0', 'zeta 1.0']);
  t.deepEqual(chosen(catalog(recipes, { PREFERRED_PROVIDER_zeta: 'nobody' }), 'zeta'), ['zeta 1.0', 'alpha 1.0']);
});

test('a name that only an older version provides goes to that version', (t) => {
  const both = catalog([
    { pn: 'app', version: '1', provides: ['virtual/old'] },
    { pn: 'app', version: '2' },
  ]);
  t.deepEqual([chosen(both, 'virtual/old'), chosen(both, 'app'), both.byName('app')?.pv], [['app 1'], ['app 2'], '2']);
});

test('run-time providers follow PREFERRED_RPROVIDER, else PREFERRED_PROVIDER of what they provide', (t) => {
  const recipes = [
    { pn: 'appa', packages: ['service'] },
    { pn: 'appb', packages: ['service'], provides: ['virtual/app'] },
  ];
  const first = (variables: Readonly<Record<string, string>>) =>
    catalog(recipes, variables).runtimeProviders('service')[0]?.pn;
  t.is(first({}), 'appa');
  t.is(first({ PREFERRED_RPROVIDER_service: 'appb' }), 'appb');
  t.is(first({ 'PREFERRED_PROVIDER_virtual/app': 'appb' }), 'appb');
});

test('a skipped recipe provides nothing', (t) => {
  const skipped = catalog([{ pn: 'app', skipped: 'no' }]);
  t.deepEqual([skipped.providers('app'), skipped.byName('app'), skipped.targetNames()], [[], undefined, []]);
});

test('versions compare piece by piece', (t) => {
  for (const [a, b, expected] of [
    ['1.0', '1.0', 0],
    ['1.2', '1.10', -1],
    ['1.0', '1.0.0', -1],
    ['1.0', '1.0a', -1],
    ['1.0rc1', '1.0', 1],
    ['1.0~rc1', '1.0', -1],
    ['1.0+git1', '1.0', 1],
    ['a', '1', 1],
    ['1_2', '1.2', 1],
    ['1.0p1', '1.0.1', -1],
    ['', '0', -1],
    ['01', '1', 0],
    ['20240101', '1.0', 1],
  ] as const)
    t.is(Math.sign(compareVersionText(a, b)), expected, `${a} against ${b}`);
});

test('comparing versions is antisymmetric and transitive', (t) => {
  const version = fc.string({ unit: fc.constantFrom('0', '1', '9', 'a', 'b', '.', '-', '~', '+'), maxLength: 6 });
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      t.is(Math.sign(compareVersionText(a, b)), -Math.sign(compareVersionText(b, a)) + 0);
      const [x, y, z] = [a, b, c].sort(compareVersionText) as [string, string, string];
      t.true(compareVersionText(x, y) <= 0 && compareVersionText(y, z) <= 0 && compareVersionText(x, z) <= 0);
    }),
  );
});
