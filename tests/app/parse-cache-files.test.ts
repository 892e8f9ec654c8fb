import { spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { parseCacheFiles } from '../../engine/app/parse-cache-files.ts';
import { createParseThreads } from '../../engine/metadata/threads/parse-threads.ts';
import { loadCorpus, plainRecipes } from '../support/load-corpus.ts';
import { writeCorpus } from '../support/parse-corpus.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const loader = fileURLToPath(new URL('../support/load-corpus.ts', import.meta.url));
const size = { recipes: 24, classes: 12, configurationLines: 90, expressions: 80 };

function corpus() {
  const directory = temporaryDirectory();
  writeCorpus(directory.path, size);
  return {
    ...directory,
    root: directory.path,
    cache: join(directory.path, 'build/cache/parse-cache'),
    recipe: (number: number) =>
      loadCorpus(directory.path, { cache: undefined }).recipes.find((each) => each.pn === `corpus-${number}`)?.file ??
      '',
  };
}

/** Makes every file old enough for its stamp to be trusted, as they are a moment after an edit. */
function age(root: string): void {
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    utimesSync(join(root, name), 1, statSync(join(root, name)).mtimeMs / 1000 - 3600);
  }
}

test('threads give what one process gives, and what they evaluated is kept', (t) => {
  using project = corpus();
  const alone = plainRecipes(loadCorpus(project.root, { cache: undefined }));
  const threads = createParseThreads(3);
  t.truthy(threads);
  const together = loadCorpus(project.root, { threads: threads && { ...threads, worthwhile: 1 } });
  t.deepEqual(plainRecipes(together), alone);
  t.is(alone.length, size.recipes);
  const warm = loadCorpus(project.root);
  t.deepEqual(warm.evaluated, []);
  t.deepEqual(plainRecipes(warm), alone);
});

test('one processor needs no thread', (t) => {
  t.is(createParseThreads(1), undefined);
});

test('a thread that cannot read the configuration leaves everything to the caller', (t) => {
  using project = corpus();
  const threads = createParseThreads(2);
  const broken: typeof threads = threads && {
    worthwhile: 1,
    start: (request) => threads.start({ ...request, given: { ...request.given, topDirectory: '/nowhere' } }),
  };
  t.is(loadCorpus(project.root, { threads: broken }).recipes.length, size.recipes);
  t.deepEqual(loadCorpus(project.root).evaluated, []);
});

test('an edit that keeps size and time of a file is seen', (t) => {
  using project = corpus();
  const file = project.recipe(3);
  loadCorpus(project.root);
  const { mtime, atime } = statSync(file);
  writeFileSync(file, readFileSync(file, 'utf8').replace('SUMMARY = "C', 'SUMMARY = "D'));
  utimesSync(file, atime, mtime);
  t.deepEqual(loadCorpus(project.root).evaluated, [file]);
});

test('files edited again and again within one step of the clock are never taken for old ones', (t) => {
  using project = corpus();
  const file = project.recipe(5);
  loadCorpus(project.root);
  for (let round = 0; round < 5; round++) {
    const summary = `PR = "r${round}"\n`;
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^PR = .*\n/m, '') + summary);
    const { recipes } = loadCorpus(project.root);
    t.is(recipes.find((each) => each.file === file)?.pr, `r${round}`);
  }
});

test('another file that is renamed over one is seen, and touching a file evaluates nothing', (t) => {
  using project = corpus();
  const file = project.recipe(7);
  loadCorpus(project.root);
  utimesSync(file, 1, 1);
  t.deepEqual(loadCorpus(project.root).evaluated, []);
  writeFileSync(`${file}.new`, `${readFileSync(file, 'utf8')}PR = "r9"\n`);
  renameSync(`${file}.new`, file);
  t.deepEqual(loadCorpus(project.root).evaluated, [file]);
});

test('a directory where the cache should be, and a folder that cannot be written, are no error', (t) => {
  using project = corpus();
  mkdirSync(project.cache, { recursive: true });
  t.is(loadCorpus(project.root).recipes.length, size.recipes);
  t.is(loadCorpus(project.root).evaluated.length, size.recipes);
  rmSync(join(project.root, 'build/cache'), { recursive: true });
  writeFileSync(join(project.root, 'build/cache'), '');
  t.is(loadCorpus(project.root).recipes.length, size.recipes);
  t.deepEqual(readdirSync(join(project.root, 'build')).sort(), ['cache', 'conf']);
});

test('a damaged file on disk is replaced', (t) => {
  using project = corpus();
  loadCorpus(project.root);
  appendFileSync(project.cache, 'x');
  t.is(loadCorpus(project.root).evaluated.length, size.recipes);
  t.deepEqual(loadCorpus(project.root).evaluated, []);
  chmodSync(project.cache, 0o600);
  t.deepEqual(loadCorpus(project.root).evaluated, []);
});

test('processes that start at once all read the same, and leave a whole cache', async (t) => {
  using project = corpus();
  const answers = await Promise.all(
    Array.from({ length: 3 }, async () => {
      const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', loader, project.root]);
      return (await text(child.stdout)).trim();
    }),
  );
  t.deepEqual(answers, ['24', '24', '24']);
  t.deepEqual(loadCorpus(project.root).evaluated, []);
  t.deepEqual(readdirSync(join(project.root, 'build/cache')), ['parse-cache']);
});

test('a process that is killed while it writes leaves the old cache, and its rest is swept', async (t) => {
  using project = corpus();
  loadCorpus(project.root);
  const before = readFileSync(project.cache, 'utf8');
  const ports = fileURLToPath(new URL('../../engine/app/parse-cache-files.ts', import.meta.url));
  const program = `
    const { parseCacheFiles } = await import(${JSON.stringify(ports)});
    const large = 'x'.repeat(300_000_000);
    process.stdout.write('now');
    for (;;) parseCacheFiles(${JSON.stringify(join(project.root, 'build'))}).write(large);
  `;
  const child = spawn(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    '--input-type=module',
    '-e',
    program,
  ]);
  const rest = `${project.cache}.${child.pid}.new`;
  await new Promise((resolve) => child.stdout.once('data', resolve));
  while (!existsSync(rest)) await new Promise((resolve) => setImmediate(resolve));
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('close', resolve));
  const found = readFileSync(project.cache, 'latin1');
  t.true(found === before || found.length === 300_000_000);
  rmSync(project.cache);
  loadCorpus(project.root);
  t.deepEqual(readdirSync(join(project.root, 'build/cache')), ['parse-cache']);
});

test('stamps name what lies at a path, and nothing where nothing is', (t) => {
  using project = corpus();
  const { stamp } = parseCacheFiles(join(project.root, 'build'));
  const file = project.recipe(1);
  const before = stamp(file);
  t.deepEqual(stamp(file), before);
  age(join(project.root, 'layer-core'));
  t.notDeepEqual(stamp(file), before);
  t.is(stamp(`${file}/below`), undefined);
  t.is(stamp(`${file}.missing`), undefined);
});
