import {
  chmodSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { openDescribed } from '../../engine/app/described/open-described.ts';
import { TestProject, toyLayer } from '../support/test-project.ts';

const lock = (version: string): string =>
  [
    'Package: libc6',
    `Version: ${version}`,
    'Architecture: amd64',
    'Filename: pool/libc6.deb',
    'Size: 10',
    `SHA256: ${'0'.repeat(64)}`,
    'Roots: app',
    '',
  ].join('\n');

/** The toy layer with a task that reads a lock, one that runs in every build, and a second recipe beside `app`. */
const files: Readonly<Record<string, string>> = {
  ...toyLayer,
  'meta-toy/recipes/app/app_1.0.bb': [
    'DEPENDS = "lib"',
    'SRC_URI = "file://app.txt"',
    'LOCK_FILE = "${TOPDIR}/conf/app.lock"',
    'do_compile[lock-root] = "app"',
    'do_compile[file-checksums] = "${TOPDIR}/notes:True"',
    'do_compile() {',
    '    cat app.txt "${TMPDIR}/out/lib/result" > result',
    '    echo "${GREETING}" >> result',
    '}',
    '',
  ].join('\n'),
  'meta-toy/recipes/tool/tool_2.0.bb': 'include tool.inc\ndo_compile() {\n    echo "${GREETING} ${PV}" > result\n}\n',
  'build/conf/app.lock': lock('2.36'),
  'build/notes/one.txt': 'one\n',
};

const questions: readonly (readonly string[])[] = [
  ['why', 'app'],
  ['why', '--json', 'lib'],
  ['why', 'app:do_compile'],
  ['-n', 'app'],
  ['plan', '--all', 'lib'],
  ['-n', '-c', 'compile', 'tool', 'lib'],
  ['affected', 'GREETING'],
  ['affected', '--all', 'meta-toy/recipes/lib/files/source.txt'],
  ['affected', '--json', 'meta-toy/recipes/lib/lib_1.0.bb'],
  ['affected', 'lib:do_stage', 'build/notes/one.txt'],
  ['affected', '--target', 'app', 'build/conf/app.lock', 'meta-toy/recipes/app/app-1.0/app.txt'],
];

interface Change {
  readonly name: string;
  apply(project: TestProject, seed: number): void;
}

const texts = [
  ...['meta-toy/recipes/lib/files/source.txt', 'meta-toy/recipes/app/files/app.txt', 'build/notes/one.txt'],
  ...['meta-toy/recipes/lib/lib.inc', 'meta-toy/recipes/lib/lib_1.0.bb', 'meta-toy/recipes/app/app_1.0.bb'],
  ...['meta-toy/classes/shout.bbclass', 'meta-toy/conf/bitbake.conf', 'build/conf/local.conf'],
];

function some<T>(list: readonly T[], seed: number): T {
  return list[seed % list.length] as T;
}

const source = 'meta-toy/recipes/app/files/app.txt';

const changes: readonly Change[] = [
  {
    name: 'a line more',
    apply: (project, seed) => {
      const path = some(texts, seed);
      const line = path.endsWith('.txt')
        ? `text ${seed}`
        : some([`SETTING_${seed} = "1"`, `GREETING = "hi ${seed}"`], seed);
      project.write(path, `${project.read(path)}${line}\n`);
    },
  },
  { name: 'a source', apply: (project, seed) => project.write(source, `the app ${seed}\n`) },
  {
    name: 'a word of the same length, and the old time of modification',
    apply: (project) => {
      const path = join(project.path, source);
      const { atime, mtime } = statSync(path);
      const text = project.read(source);
      project.write(source, text.startsWith('the') ? text.replace('the', 'THE') : text.replace('THE', 'the'));
      utimesSync(path, atime, mtime);
    },
  },
  { name: 'a lock', apply: (project, seed) => project.write('build/conf/app.lock', lock(`2.${seed % 4}`)) },
  { name: 'a file in a folder', apply: (project, seed) => project.write(`build/notes/${seed % 5}.txt`, `${seed}\n`) },
  {
    name: 'a folder less',
    apply: (project) => rmSync(join(project.path, 'build/notes'), { recursive: true, force: true }),
  },
  { name: 'a folder again', apply: (project) => project.write('build/notes/one.txt', 'one\n') },
  {
    name: 'a file that is found before another one',
    apply: (project, seed) => project.write('meta-toy/recipes/app/app-1.0/app.txt', `before ${seed}\n`),
  },
  {
    name: 'no such file any more',
    apply: (project) => rmSync(join(project.path, 'meta-toy/recipes/app/app-1.0'), { recursive: true, force: true }),
  },
  {
    name: 'a source that can be executed',
    apply: (project, seed) => chmodSync(join(project.path, source), seed % 2 === 0 ? 0o755 : 0o644),
  },
  {
    name: 'a link in place of a source',
    apply: (project, seed) => {
      const text = project.read(source);
      project.write('meta-toy/elsewhere.txt', seed % 3 === 0 ? `${text}more\n` : text);
      rmSync(join(project.path, source));
      symlinkSync(join(project.path, 'meta-toy/elsewhere.txt'), join(project.path, source));
    },
  },
  {
    name: 'a recipe of another name',
    apply: (project, seed) => {
      const [from, to] = ['2.0', `2.${1 + (seed % 3)}`];
      const folder = join(project.path, 'meta-toy/recipes/tool');
      const old = readdirSync(folder).find((name) => name.startsWith('tool_')) ?? `tool_${from}.bb`;
      renameSync(join(folder, old), join(folder, `tool_${to}.bb`));
    },
  },
  {
    name: 'a layer more',
    apply: (project, seed) => {
      project.write(
        'meta-more/conf/layer.conf',
        'BBPATH .= ":${LAYERDIR}"\nBBFILES += "${LAYERDIR}/*.bbappend"\nBBFILE_COLLECTIONS += "more"\nBBFILE_PATTERN_more = "^${LAYERDIR}/"\nBBFILE_PRIORITY_more = "6"\nLAYERSERIES_COMPAT_more = "toy"\n',
      );
      project.write('meta-more/lib_%.bbappend', `COLOUR = "colour ${seed}"\n`);
      project.write(
        'build/conf/bblayers.conf',
        toyLayer['build/conf/bblayers.conf']?.replace('meta-toy"', 'meta-toy ${TOPDIR}/../meta-more"') ?? '',
      );
    },
  },
  {
    name: 'that layer less',
    apply: (project) => project.write('build/conf/bblayers.conf', toyLayer['build/conf/bblayers.conf'] ?? ''),
  },
  {
    name: 'a wish that cannot be met, which each call says',
    apply: (project, seed) =>
      project.write(
        'build/conf/local.conf',
        `GREETING = "hello"\n${seed % 2 === 0 ? 'PREFERRED_VERSION_lib = "9.0"\n' : ''}`,
      ),
  },
  {
    name: 'a task that runs in every build, or not',
    apply: (project, seed) => {
      const path = 'meta-toy/recipes/tool/tool.inc';
      project.write(path, seed % 2 === 0 ? 'do_compile[nostamp] = "1"\n' : '');
    },
  },
  {
    name: 'an output taken away',
    apply: (project, seed) =>
      rmSync(join(project.path, 'build/tmp/out', some(['app', 'lib'], seed)), { recursive: true, force: true }),
  },
  {
    name: 'no stamps',
    apply: (project) => rmSync(join(project.path, 'build/tmp/stamps'), { recursive: true, force: true }),
  },
  { name: 'nothing', apply: () => undefined },
];

/** What a call says, without what depends on how long it took. */
function saying({
  stdout,
  stderr,
  status,
}: {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}): string {
  const lines = `${stdout}${stderr}status ${status}`.split('\n');
  return lines.filter((line) => !/^time: |reading the metadata took|expectedMs|totalMs|leastMs/.test(line)).join('\n');
}

async function isKept(project: TestProject, words: readonly string[]): Promise<boolean> {
  const options = { buildDirectory: join(project.path, 'build'), verbose: 0, debug: 0 };
  return (await openDescribed(words, options)) !== undefined;
}

/** Builds until a call leaves what it described: what was written a moment ago is not trusted at once. */
async function settle(project: TestProject): Promise<void> {
  for (let round = 0; round < 6 && !(round > 0 && (await isKept(project, ['app', 'tool']))); round++) {
    const { status, output } = await project.run(['-q', 'app', 'tool']);
    if (status !== 0) throw new Error(output);
  }
}

test('no answer depends on whether something was kept from an earlier call', async (t) => {
  t.timeout(900_000);
  await using project = new TestProject(files);
  await settle(project);
  const steps = Number(process.env['STX_TEST_STEPS'] ?? 5);
  const seed = Number(process.env['STX_TEST_SEED'] ?? Date.now() % 2 ** 31);
  const drawn = fc.sample(fc.tuple(fc.constantFrom(...changes), fc.nat({ max: 10_000 }), fc.boolean()), {
    numRuns: steps,
    seed,
  });
  let kept = 0;
  for (const [change, number, builds] of [[changes[1], 1, false] as const, ...drawn]) {
    change?.apply(project, number);
    const wasKept = await isKept(project, ['app', 'tool']);
    if (wasKept) kept++;
    for (const question of questions) {
      const [short, long] = [await project.run(question), await project.run(['-v', ...question])];
      t.is(
        saying(short),
        saying(long),
        `${question.join(' ')} after ${change?.name} (${number}), seed ${seed}, kept: ${wasKept}`,
      );
    }
    if (builds) await settle(project);
  }
  t.true(kept > 0, 'nothing was ever kept');
});

test('a record that is damaged, of another format or of another place is no record', async (t) => {
  t.timeout(300_000);
  await using project = new TestProject(files);
  await settle(project);
  const folder = join(project.path, 'build/cache/described');
  const [name = ''] = readdirSync(folder);
  const bytes = readFileSync(join(folder, name));
  const long = await project.run(['-v', '-n', 'app', 'tool']);
  const damaged = [
    Buffer.alloc(0),
    Buffer.from('{}'),
    bytes.subarray(0, 100),
    bytes.subarray(0, bytes.length - 1),
    Buffer.concat([bytes, Buffer.from('x')]),
    Buffer.from(bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 1 : byte))),
    Buffer.from(bytes.toString('latin1').replace('stx-described-', 'stx-described:'), 'latin1'),
  ];
  for (const [number, each] of damaged.entries()) {
    writeFileSync(join(folder, name), each);
    t.false(await isKept(project, ['app', 'tool']), `${number}`);
    const answer = await project.run(['-n', 'app', 'tool']);
    t.is(saying(answer), saying(long), `${number}`);
  }
});

test('a recipe of a larger graph is answered from that, if its name can only mean it', async (t) => {
  t.timeout(300_000);
  await using project = new TestProject(files);
  await settle(project);
  const held = [['tool'], ['app:compile', 'lib:do_stage'], ['app', 'tool']];
  for (const words of held) t.true(await isKept(project, words), words.join(' '));
  // `do_build` of `lib` is nothing that the others need.
  const others = [['nobody'], ['lib'], ['lib:do_nothing'], ['mc:other:lib'], ['universe'], ['world']];
  for (const words of others) t.false(await isKept(project, words), words.join(' '));
  t.is((await project.run(['why', 'lib', '--json'])).status, 0);
  t.true(await isKept(project, ['lib']), 'the long way leaves it');
});

test('however many questions are asked, a few graphs are kept', async (t) => {
  t.timeout(300_000);
  await using project = new TestProject({
    ...files,
    'build/conf/local.conf': 'GREETING = "hello"\nPREFERRED_VERSION_lib = "9.0"\n',
  });
  await settle(project);
  for (const word of ['app', 'lib', 'app:fetch', 'lib:fetch', 'app:patch', 'lib:patch', 'lib:unpack', 'app:unpack']) {
    t.is((await project.run(['why', word])).status, 0);
  }
  t.true(readdirSync(join(project.path, 'build/cache/described')).length <= 6);
});
