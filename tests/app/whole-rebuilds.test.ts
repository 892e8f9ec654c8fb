import test from 'ava';
import { checkWholeRebuilds } from '../support/whole-rebuilds.ts';

test('the whole program builds after a change of any kind of input what it must, and nothing the next time', async (t) => {
  t.timeout(600_000);
  await t.notThrowsAsync(checkWholeRebuilds({ projects: 1 }));
});
