import { chmodSync, existsSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import type { BuildCall } from '../../engine/app/command-line/command-options.ts';
import { parseCommandLine } from '../../engine/app/command-line/find-command.ts';
import { confirmSettled, settledKey } from '../../engine/app/settled/settled-record.ts';
import { TestProject, toyLayer } from '../support/test-project.ts';

/** The call as the command line makes it. */
function callOf(project: TestProject, ...words: readonly string[]): BuildCall {
  const request = parseCommandLine(['--build-dir', join(project.path, 'build'), ...words]);
  if (request.kind !== 'run') throw new Error('no call');
  return { ...request.call.values, words: request.call.words } as unknown as BuildCall;
}

function isConfirmed(project: TestProject): boolean {
  return confirmSettled(callOf(project, 'app')) !== undefined;
}

/** Builds until a call leaves a record: what was written a moment ago is not trusted at once. */
async function settle(project: TestProject): Promise<void> {
  for (let round = 0; round < 5 && !isConfirmed(project); round++) {
    const { status, output } = await project.run(['-q', 'app']);
    if (status !== 0) throw new Error(output);
  }
}

test('an unchanged build is confirmed without reading the metadata, with the same words', async (t) => {
  await using project = new TestProject(toyLayer);
  await settle(project);
  const { status, output } = await project.run(['-v', 'app']);
  t.is(status, 0);
  t.regex(output, /^stx-bake: app: nothing to do, all is up to date \(\d+\.\d s\)\n$/);
  const other = await project.run(['-v', 'lib']);
  t.regex(other.output, /reading the metadata took/, 'a call with other targets');
});

test('warnings are said by a confirmed build, too', async (t) => {
  await using project = new TestProject({
    ...toyLayer,
    'build/conf/local.conf': 'PREFERRED_VERSION_lib = "9.0"\n',
  });
  await settle(project);
  const long = await project.run(['app', '-k']);
  const short = await project.run(['-v', 'app']);
  t.notRegex(short.output, /reading the metadata took/);
  t.regex(short.stderr, /9\.0/);
  t.is(short.stderr, long.stderr);
});

test('calls that do more than what is out of date are never confirmed', async (t) => {
  await using project = new TestProject(toyLayer);
  for (const more of ['-f', '-n', '-e', '-Ccompile', '--no-setscene'])
    t.is(settledKey(callOf(project, 'app', more)), undefined, more);
  t.not(settledKey(callOf(project, 'app', '-q', '-v'))?.key, undefined);
  t.is(settledKey(callOf(project, 'app', '-q'))?.key, settledKey(callOf(project, 'app'))?.key);
  t.not(settledKey(callOf(project, 'app', '-k'))?.key, settledKey(callOf(project, 'app'))?.key);
  t.not(settledKey(callOf(project, 'app', '-ccompile'))?.key, settledKey(callOf(project, 'app'))?.key);
});

test('a build that handlers want to hear of leaves no record', async (t) => {
  await using project = new TestProject({
    ...toyLayer,
    'build/conf/local.conf': 'INHERIT += "greeter"\n',
    'meta-toy/classes/greeter.bbclass': [
      'python greet() {',
      '    bb.note("hello")',
      '}',
      'addhandler greet',
      'greet[eventmask] = "bb.event.BuildStarted"',
      '',
    ].join('\n'),
  });
  await settle(project);
  t.false(isConfirmed(project));
});

test('a task that runs in every build, and a held build directory go the long way', async (t) => {
  await using project = new TestProject(toyLayer);
  await settle(project);
  project.write('build/stx-bake.lock', '1 1 1\n');
  t.false(isConfirmed(project));
  rmSync(join(project.path, 'build/stx-bake.lock'));
  t.true(isConfirmed(project));
  project.edit('meta-toy/recipes/app/app_1.0.bb', 'DEPENDS', 'do_compile[nostamp] = "1"\nDEPENDS');
  for (let round = 0; round < 3; round++) {
    const { ran, output } = await project.run(['app']);
    t.true(ran.includes('app:do_compile'), output);
  }
});

test('a damaged record is no record', async (t) => {
  await using project = new TestProject(toyLayer);
  await settle(project);
  const folder = 'build/cache/settled';
  const name = readdirSync(join(project.path, folder))[0] ?? '';
  const text = project.read(`${folder}/${name}`);
  for (const damaged of ['', '{', 'null', '[]', '{}', text.slice(0, -5), text.replace('stx-settled-1', 'x')]) {
    project.write(`${folder}/${name}`, damaged);
    t.false(isConfirmed(project), damaged.slice(0, 20));
  }
  t.is((await project.run(['app'])).status, 0);
});

/** A change of a project: what it does, said in words. */
interface Change {
  readonly name: string;
  apply(project: TestProject, seed: number): void;
}

const sources = [
  'meta-toy/recipes/lib/files/source.txt',
  'meta-toy/recipes/app/files/app.txt',
  'meta-toy/recipes/lib/lib.inc',
  'meta-toy/recipes/lib/lib_1.0.bb',
  'meta-toy/recipes/app/app_1.0.bb',
  'meta-toy/classes/shout.bbclass',
  'meta-toy/conf/layer.conf',
  'meta-toy/conf/bitbake.conf',
  'build/conf/local.conf',
];

function some<T>(list: readonly T[], seed: number): T {
  return list[seed % list.length] as T;
}

const changes: readonly Change[] = [
  {
    name: 'a line more',
    apply: (project, seed) => {
      const path = some(sources, seed);
      const line = path.endsWith('.txt') ? `text ${seed}` : `SETTING_${seed % 97} = "${seed}"`;
      project.write(path, `${project.read(path)}${line}\n`);
    },
  },
  {
    name: 'a word of the same length, and the old time of modification',
    apply: (project) => {
      const path = join(project.path, 'meta-toy/recipes/app/files/app.txt');
      const { atime, mtime } = statSync(path);
      const text = project.read('meta-toy/recipes/app/files/app.txt');
      project.write(
        'meta-toy/recipes/app/files/app.txt',
        text.startsWith('the') ? text.replace('the', 'THE') : text.replace('THE', 'the'),
      );
      utimesSync(path, atime, mtime);
    },
  },
  {
    name: 'a file that is found before another one',
    apply: (project, seed) => project.write(`meta-toy/recipes/app/app-1.0/app.txt`, `before ${seed}\n`),
  },
  {
    name: 'no such file any more',
    apply: (project) => rmSync(join(project.path, 'meta-toy/recipes/app/app-1.0'), { recursive: true, force: true }),
  },
  {
    name: 'a source that can be executed',
    apply: (project, seed) =>
      chmodSync(join(project.path, 'meta-toy/recipes/app/files/app.txt'), seed % 2 === 0 ? 0o755 : 0o644),
  },
  {
    name: 'a link in place of a source',
    apply: (project, seed) => {
      const path = join(project.path, 'meta-toy/recipes/app/files/app.txt');
      const text = project.read('meta-toy/recipes/app/files/app.txt');
      project.write('meta-toy/elsewhere.txt', seed % 3 === 0 ? `${text}more\n` : text);
      rmSync(path);
      symlinkSync(join(project.path, 'meta-toy/elsewhere.txt'), path);
    },
  },
  {
    name: 'a recipe more',
    apply: (project, seed) => project.write(`meta-toy/recipes/more/more_${seed % 7}.bb`, 'LICENSE = "x"\n'),
  },
  {
    name: 'a folder of sources moved away and back',
    apply: (project) => {
      const [from, to] = ['files', 'files.aside'].map((name) => join(project.path, 'meta-toy/recipes/app', name));
      renameSync(from ?? '', to ?? '');
      renameSync(to ?? '', from ?? '');
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
  {
    name: 'no temporary folder',
    apply: (project) => rmSync(join(project.path, 'build/tmp'), { recursive: true, force: true }),
  },
  { name: 'nothing', apply: () => undefined },
];

test('no change of any input is hidden by the record: what it confirms, a plan finds up to date', async (t) => {
  t.timeout(300_000);
  await using project = new TestProject(toyLayer);
  await settle(project);
  const steps = Number(process.env['STX_TEST_STEPS'] ?? 8);
  const drawn = fc.sample(fc.tuple(fc.constantFrom(...changes), fc.nat({ max: 10_000 })), steps);
  let confirmed = 0;
  for (const [change, seed] of [[changes.at(-1), 0] as const, ...drawn]) {
    change?.apply(project, seed);
    const said = `${change?.name} (${seed})`;
    if (isConfirmed(project)) {
      confirmed++;
      const { output } = await project.run(['-v', '-n', 'app']);
      t.notRegex(output, /: (?:run|restore)\b/, `${said}\n${output}`);
    }
    const build = await project.run(['-q', 'app']);
    t.is(build.status, 0, `${said}\n${build.output}`);
    await settle(project);
    t.true(existsSync(join(project.path, 'build/cache/settled')));
    t.is(project.read('build/tmp/out/app/result').includes('hello'), true, said);
  }
  t.true(confirmed > 0, 'nothing was ever confirmed');
});
