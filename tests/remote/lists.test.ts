import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { sha256 } from '../../engine/base/sha256.ts';
import {
  decodeHead,
  decodePublishers,
  encodeHead,
  encodePublishers,
  listPaths,
  listsToMerge,
} from '../../engine/remote/published-lists.ts';
import { decodeResultList, encodeResultList } from '../../engine/remote/result-list.ts';
import { faultyMirror } from '../support/faulty-mirror.ts';
import { builder, meet } from '../support/team-stores.ts';

const hex = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));
const entries = fc
  .array(fc.tuple(hex, fc.uint8Array({ maxLength: 40 })), { maxLength: 40 })
  .map((pairs) => new Map(pairs));

test('a list of results gives each key its bytes, and no other key any', async (t) => {
  await fc.assert(
    fc.asyncProperty(entries, hex, async (results, other) => {
      const list = await decodeResultList(encodeResultList(results));
      t.deepEqual(list?.keys, [...results.keys()].sort());
      for (const [key, bytes] of results) t.is(Buffer.compare(list?.get(key) ?? new Uint8Array(1), bytes), 0);
      if (!results.has(other)) t.is(list?.get(other), undefined);
    }),
    { numRuns: 50 },
  );
});

test('a list with a changed byte, or cut short, is none', async (t) => {
  await fc.assert(
    fc.asyncProperty(entries, fc.nat(), fc.integer({ min: 1, max: 255 }), async (results, at, change) => {
      const bytes = encodeResultList(results);
      const changed = Buffer.from(bytes);
      // The first nine bytes hold settings of the frame that may change without effect on the content.
      const place = 9 + (at % (bytes.byteLength - 9));
      changed[place] = (changed[place] ?? 0) ^ change;
      t.is(await decodeResultList(changed), undefined);
      t.is(await decodeResultList(bytes.subarray(0, at % bytes.byteLength)), undefined);
    }),
    { numRuns: 100 },
  );
});

test('the lists of a publisher stay few, and each result is written few times', (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 200 }), (builds) => {
      let lists: { hash: string; count: number }[] = [];
      let written = 0;
      for (const count of builds) {
        const merged = listsToMerge(lists, count);
        const kept = lists.slice(0, lists.length - merged);
        const size = lists.slice(lists.length - merged).reduce((sum, each) => sum + each.count, count);
        written += size;
        lists = [...kept, { hash: '', count: size }];
      }
      const total = builds.reduce((sum, count) => sum + count, 0);
      t.is(
        lists.reduce((sum, { count }) => sum + count, 0),
        total,
      );
      t.true(lists.length <= Math.log2(total + 1) + 1);
      t.true(written <= total * (Math.log2(total + 1) + 2));
    }),
    { numRuns: 50 },
  );
});

test('heads and publishers are read as they were written; what is none is left out', (t) => {
  const head = [{ hash: 'a'.repeat(64), count: 3 }];
  t.deepEqual(decodeHead(encodeHead(head)), head);
  t.is(decodeHead('<html>not found</html>'), undefined);
  t.is(decodeHead('stx-head-1\n../../etc/passwd 1\n'), undefined);
  t.deepEqual(decodePublishers(encodePublishers(['b', 'a', 'a'])), ['a', 'b']);
  t.deepEqual(decodePublishers('../x\nok\n<html>\n'), ['ok']);
});

test('lists that unfold to more than a mirror may have are not kept, and the mirror is told', async (t) => {
  using by = builder();
  const lists = [0, 1, 2].map((index) => encodeResultList(new Map([[sha256(`${index}`), Buffer.alloc(100 << 20)]])));
  const folder = join(by.path, 'mirror');
  for (const name of ['stx/heads', 'stx/lists']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, listPaths.publishers), 'liar\n');
  const entry = (list: Uint8Array) => ({ hash: sha256(list), count: 1 });
  writeFileSync(join(folder, listPaths.head('liar')), encodeHead(lists.map(entry)));
  for (const list of lists) writeFileSync(join(folder, listPaths.list(sha256(list))), list);
  await using mirror = await faultyMirror(folder, () => 'none');
  await using team = meet(by, { mirrors: [mirror.url] });
  t.is((await team.find([sha256('0')])).size, 0);
  t.regex(team.troubles[0]?.reason ?? '', /lists of more than/);
});
