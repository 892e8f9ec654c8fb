import test from 'ava';
import { killStoreUsers } from '../support/kill-store-users.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test.serial('a store whose users are killed at random points, several at once, stays whole and usable', async (t) => {
  t.timeout(180_000);
  using home = temporaryDirectory();
  const seed = Math.floor(Math.random() * 2 ** 31);
  const runs = 300;
  const { kills, problems } = await killStoreUsers({
    directory: home.path,
    runs,
    atOnce: 4,
    seed,
    untilMs: Date.now() + 60_000,
  });
  t.deepEqual(problems, [], `seed ${seed}`);
  t.log(`${kills} kills`);
  t.true(kills >= 50, `${kills} kills`);
});
