import test from 'ava';
import fc from 'fast-check';
import { answersOf, loadProject, MemoryCache, type ProjectFiles } from '../support/cached-project.ts';

const project: ProjectFiles = {
  '/build/conf/local.conf': 'COMMON = "one"\n',
  '/meta/recipes/a_1.0.bb': 'DEPENDS = "${COMMON} é"\n',
  '/meta/recipes/b_1.0.bb': 'DEPENDS="${COMMON}"\nBBCLASSEXTEND = "native"\n',
  '/meta/classes/native.bbclass': 'DEPENDS:append = " more"\n',
};
const fresh = answersOf(loadProject(project), ['DEPENDS']);

function filled(version?: string): MemoryCache {
  const cache = new MemoryCache(version);
  loadProject(project, { cache });
  return cache;
}

/** Whether a start with this cache gives what a fresh one gives, says nothing, and leaves a cache that works. */
function recovers(cache: MemoryCache): boolean {
  const loaded = loadProject(project, { cache });
  if (JSON.stringify(answersOf(loaded, ['DEPENDS'])) !== JSON.stringify(fresh)) return false;
  return loadProject(project, { cache }).evaluated.length === 0;
}

test('a truncated cache is made anew without a word', (t) => {
  const { text = '' } = filled();
  fc.assert(
    fc.property(fc.nat(text.length - 1), (length) => {
      const cache = new MemoryCache();
      cache.text = text.slice(0, length);
      return recovers(cache);
    }),
    { numRuns: 60 },
  );
  t.pass();
});

test('a cache with a changed byte is made anew without a word', (t) => {
  const bytes = Buffer.from(filled().text ?? '');
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ flip;
      const cache = new MemoryCache();
      cache.text = damaged.toString('utf8');
      return recovers(cache);
    }),
    { numRuns: 100 },
  );
  t.pass();
});

test('an empty cache, one of other text and one of another version are made anew', (t) => {
  for (const text of ['', '\n', 'something else', '{}', 'stx-parse-cache 1\n']) {
    const cache = new MemoryCache();
    cache.text = text;
    t.true(recovers(cache), JSON.stringify(text));
  }
  const old = filled('old');
  const cache = new MemoryCache('new');
  cache.text = old.text;
  t.deepEqual(loadProject(project, { cache }).evaluated, ['/meta/recipes/a_1.0.bb', '/meta/recipes/b_1.0.bb']);
});

test('a cache that cannot be written changes nothing', (t) => {
  const cache = new MemoryCache();
  cache.write = () => {};
  t.deepEqual(answersOf(loadProject(project, { cache }), ['DEPENDS']), fresh);
  t.is(loadProject(project, { cache }).evaluated.length, 2);
});
