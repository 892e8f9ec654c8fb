import test from 'ava';
import { checkExactRebuilds } from '../support/exact-rebuilds.ts';
import { expectedTasks } from '../support/generated-project.ts';

test('after a change of one input exactly the tasks run that `affected` named and the outputs ask for', async (t) => {
  t.timeout(600_000);
  await t.notThrowsAsync(checkExactRebuilds({ projects: 2, changesPerProject: 6 }));
});

test('what is expected of a change is worked out from the recipes: a blind one stops it', (t) => {
  const plain = { variables: [], usesClass: false, usesPatch: false, usesLock: false, isBlind: false };
  const recipes = [
    { ...plain, name: 'r0', depends: [], usesClass: true },
    { ...plain, name: 'r1', depends: ['r0'], isBlind: true },
    { ...plain, name: 'r2', depends: ['r1'] },
  ];
  t.deepEqual(expectedTasks(recipes, { kind: 'class' }), [
    'r0:do_compile',
    'r0:do_stage',
    'r1:do_compile',
    'r1:do_stage',
  ]);
  t.deepEqual(expectedTasks(recipes, { kind: 'source', recipe: 'r2' }).length, 5);
});
