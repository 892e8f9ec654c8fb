import test from 'ava';
import { metadataProject } from '../support/metadata-project.ts';

const table = `DISTRO = "it"
COMPATIBLE_WITH[COMPATIBLE_DISTRO] = "it it-1"
COMPATIBLE_WITH[COMPATIBLE_KERNEL] = "std"
`;

function skipped(recipe: string, more = ''): string | undefined {
  const project = metadataProject({ '/build/conf/local.conf': table + more, '/meta/recipes/a_1.0.bb': recipe });
  return project.recipe('a').skipped;
}

test('a recipe that says nothing is there', (t) => {
  t.is(skipped(''), undefined);
});

for (const words of ['it', 'it-1', 'other|it', 'it-.*'])
  test(`a recipe for \`${words}\` is there for release 1 of it`, (t) => {
    t.is(skipped(`COMPATIBLE_DISTRO = "${words}"\n`), undefined);
  });

for (const words of ['other', 'i', 'it-2', 'it-'])
  test(`a recipe for \`${words}\` is not`, (t) => {
    t.is(skipped(`COMPATIBLE_DISTRO = "${words}"\n`), `COMPATIBLE_DISTRO is \`${words}\`, and this is \`it it-1\``);
  });

test('the reason of the recipe is told', (t) => {
  const recipe = 'COMPATIBLE_KERNEL = "rt"\nSKIP_REASON = "it needs timers of that kernel"\n';
  t.is(skipped(recipe), 'COMPATIBLE_KERNEL is `rt`, and this is `std`: it needs timers of that kernel');
});

test('a configuration leaves out a recipe by name, with its reason', (t) => {
  t.is(skipped('', 'RECIPE_SKIP[a] = "the vendor ships it"\n'), 'the vendor ships it');
  t.is(skipped('', 'RECIPE_SKIP[b] = "the vendor ships it"\n'), undefined);
});

test('an expression that is none is an error at its place', (t) => {
  const { diagnostics } = metadataProject({
    '/build/conf/local.conf': table,
    '/meta/recipes/a_1.0.bb': 'COMPATIBLE_DISTRO = "it("\n',
  });
  t.deepEqual(
    diagnostics.map(({ code, message }) => [code, message]),
    [['invalid-pattern', '`COMPATIBLE_DISTRO` is not a regular expression: `it(`']],
  );
});
