import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chain, type EngineWork, recipeName, writeEngineCorpus } from '../support/engine-corpus.ts';
import { writeNinjaCorpus } from '../support/ninja-corpus.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/**
 * Times the engine on a generated project: 1,000 recipes with ten tasks each. Whole processes, from the launcher to its
 * exit, beside ninja and make where they can do the same. Medians.
 * `npm run bench:engine [-- --recipes N] [--rounds N] [--sandboxed N] [--only noop,builtin,shell,sandbox,plan,ask]`
 */
const { values } = parseArgs({
  options: {
    recipes: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    /** Recipes of the project whose tasks run in the sandbox: it takes longest. */
    sandboxed: { type: 'string', default: '1000' },
    only: { type: 'string', default: 'noop,builtin,shell,sandbox,plan,ask' },
  },
});
const recipes = Number(values.recipes);
const rounds = Number(values.rounds);
const sections = new Set(values.only.split(','));
const project = fileURLToPath(new URL('../..', import.meta.url));
const bake = join(project, 'stx-bake');
const slots = 2;

using work = temporaryDirectory();
const parent = work.path;

interface Timed {
  readonly wallMs: number;
  /** From the line that says how much there is to do to the end. */
  readonly runMs: number;
  readonly output: string;
}

/** Runs a program to its end and takes the time. */
async function timed(program: string, args: readonly string[], cwd: string): Promise<Timed> {
  const begin = performance.now();
  let startedMs = begin;
  let output = '';
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (startedMs === begin && /^tasks: /m.test(text)) startedMs = performance.now();
    });
  }
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const end = performance.now();
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${output.slice(-4000)}`);
  return { wallMs: end - begin, runMs: end - startedMs, output };
}

async function medianOf(count: number, work: (round: number) => Promise<Timed>): Promise<Timed> {
  const runs: Timed[] = [];
  for (let round = 0; round < count; round++) runs.push(await work(round));
  const sorted = runs.sort((a, b) => a.wallMs - b.wallMs);
  const median = sorted[sorted.length >> 1];
  if (median === undefined) throw new Error('no rounds');
  return median;
}

function has(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

function row(name: string, figure: string, aim = ''): void {
  console.log(`${name.padEnd(46)} ${figure.padStart(12)}${aim === '' ? '' : `   ${aim}`}`);
}

const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;

function build(root: string, ...more: readonly string[]): Promise<Timed> {
  return timed(bake, ['-q', '--build-dir', join(root, 'build'), ...more, 'everything'], root);
}

/**
 * Puts folders of a build directory aside. They are removed at the end: making files just behind the removal of many
 * takes up to a hundred times as long on ext4, which does not use their inodes again for some minutes and looks at each of them.
 */
function forget(root: string, ...names: readonly string[]): void {
  putAside(...names.map((name) => join(root, 'build', name)));
}

function putAside(...paths: readonly string[]): void {
  for (const path of paths) if (existsSync(path)) renameSync(path, join(parent, `aside-${asideCount++}`));
}

let asideCount = 0;

function corpus(work: EngineWork, count: number): string {
  const root = join(parent, `${work}-${count}`);
  writeEngineCorpus(root, { recipes: count, work });
  return root;
}

/** A build of everything, the metadata read before. */
async function fullBuild(root: string): Promise<Timed> {
  await timed(bake, ['-p', '--build-dir', join(root, 'build')], root);
  return medianOf(rounds, () => {
    forget(root, 'tmp', 'sstate', 'cache/settled');
    return build(root);
  });
}

/** What a new file takes here now: a shell task makes three, a built-in one that says nothing none. */
function newFiles(): void {
  const folder = join(parent, 'new-files');
  mkdirSync(folder);
  const count = 2000;
  const before = process.cpuUsage();
  for (let number = 0; number < count; number++) writeFileSync(join(folder, String(number)), '');
  const { user, system } = process.cpuUsage(before);
  row(
    'a new file, processor time',
    ms((user + system) / 1000 / count),
    '(0.02 ms; more: many were removed just before)',
  );
}

async function builtins(): Promise<void> {
  const root = corpus('builtin', recipes);
  const tasks = recipes * chain.length;
  const { wallMs, runMs } = await fullBuild(root);
  row(`${tasks} built-in tasks, whole call`, ms(wallMs));
  row('  tasks a second, whole call', (tasks / (wallMs / 1000)).toFixed(0));
  row('  tasks a second, while tasks run', (tasks / (runMs / 1000)).toFixed(0), '(aim: 1000 or more)');
}

/** `sh` on the same empty script as often, as many at once as there are slots. */
async function bareShell(tasks: number, cwd: string): Promise<number> {
  const script = `seq ${tasks} | xargs -P ${slots} -I{} sh -c :`;
  return (await medianOf(rounds, () => timed('sh', ['-c', script], cwd))).wallMs;
}

async function shells(work: 'shell' | 'sandbox', count: number): Promise<void> {
  const root = corpus(work, count);
  const tasks = count * chain.length;
  const { wallMs, runMs } = await fullBuild(root);
  const bareMs = await bareShell(tasks, root);
  const each = (value: number): number => (value * slots) / tasks;
  row(`${tasks} ${work} tasks, whole call`, ms(wallMs));
  row('  bare sh as often, two at once', ms(bareMs));
  const aim = work === 'shell' ? '(aim: 5 ms or less)' : '(aim: 15 ms or less)';
  row('  over bare sh, each, in its slot, while running', ms(each(runMs - bareMs)), aim);
  row('  over bare sh, each, in its slot, whole call', ms(each(wallMs - bareMs)));
  if (work === 'shell') await others(count, wallMs);
}

async function others(count: number, ourMs: number): Promise<void> {
  const root = join(parent, `ninja-${count}`);
  writeNinjaCorpus(root, count);
  for (const [name, args] of [
    ['ninja', ['-j', `${slots}`]],
    ['make', ['-s', '-j', `${slots}`]],
  ] as const) {
    if (!has(name)) {
      row(`  ${name}`, 'absent', `(Debian: apt-get install ${name === 'ninja' ? 'ninja-build' : 'make'})`);
      continue;
    }
    const { wallMs } = await medianOf(rounds, () => {
      putAside(join(root, 'out'), join(root, '.ninja_log'), join(root, '.ninja_deps'));
      mkdirSync(join(root, 'out'));
      return timed(name, args, root);
    });
    row(`  ${name}, the same tasks`, ms(wallMs), `ours takes x${(ourMs / wallMs).toFixed(2)}`);
  }
}

/** Older than a step of the clock, as files are a moment after an edit. */
function edit(path: string, round: number): void {
  appendFileSync(path, `edit ${round}\n`);
  const then = new Date(Date.now() - 5000);
  utimesSync(path, then, then);
}

async function noop(): Promise<void> {
  const root = corpus('builtin', recipes);
  const tasks = recipes * chain.length;
  await build(root);
  await build(root);
  await build(root);
  const many = Math.max(rounds, 11);
  const settled = await medianOf(many, () => build(root));
  row(`no-op of ${tasks} tasks, ${recipes} recipes`, ms(settled.wallMs), '(aim: 250 ms or less)');
  const long = await medianOf(rounds, () => {
    forget(root, 'cache/settled');
    return build(root);
  });
  row('  without the record of the last one', ms(long.wallMs));
  const source = join(root, `layer/recipes-7/${recipeName(7)}/files/${recipeName(7)}.txt`);
  const edited = await medianOf(rounds, (round) => {
    edit(source, round);
    return build(root);
  });
  row('  one source file edited, with what needs it', ms(edited.wallMs));
  await otherNoops(settled.wallMs);
}

async function otherNoops(ourMs: number): Promise<void> {
  const root = join(parent, `ninja-noop`);
  writeNinjaCorpus(root, recipes);
  for (const [name, args] of [
    ['ninja', ['-j', `${slots}`]],
    ['make', ['-s', '-j', `${slots}`]],
  ] as const) {
    if (!has(name)) {
      row(`  ${name}`, 'absent');
      continue;
    }
    await timed(name, args, root);
    const { wallMs } = await medianOf(Math.max(rounds, 11), () => timed(name, args, root));
    row(`  ${name}, no-op`, ms(wallMs), `ours takes x${(ourMs / wallMs).toFixed(2)}`);
    putAside(join(root, 'out'));
    mkdirSync(join(root, 'out'));
  }
}

async function largePlan(): Promise<void> {
  const root = corpus('shell', recipes * 5);
  const args = ['-n', '--build-dir', join(root, 'build'), 'everything'];
  await timed(bake, ['-p', '--build-dir', join(root, 'build')], root);
  const { wallMs, output } = await medianOf(1, () => timed(bake, args, root));
  row(`plan of ${recipes * 5 * chain.length} tasks`, ms(wallMs), output.trim().split('\n').at(-1) ?? '');
}

async function questions(): Promise<void> {
  const root = corpus('builtin', recipes);
  for (let round = 0; round < 3; round++) await build(root);
  const folder = join(root, `layer/recipes-7/${recipeName(7)}`);
  const source = join(folder, 'files', `${recipeName(7)}.txt`);
  const recipe = join(folder, `${recipeName(7)}_1.7.bb`);
  const asked: readonly (readonly [string, readonly string[]])[] = [
    ['why', ['why', `${recipeName(7)}:do_compile`]],
    ['affected', ['affected', source]],
    ['-n', ['-n', 'everything']],
    ['graph path', ['graph', 'path', `${recipeName(900 % recipes)}:do_build`, `${recipeName(0)}:do_fetch`]],
  ];
  await ask(root, 'settled', asked);
  await ask(root, 'after an edit of a source', asked, (round) => edit(source, round));
  const change = (round: number): void => appendFileSync(recipe, `EDIT = "${round}"\n`);
  await ask(root, 'after an edit of a recipe', asked.slice(0, 3), change);
}

async function ask(
  root: string,
  state: string,
  asked: readonly (readonly [string, readonly string[]])[],
  change: (round: number) => void = () => undefined,
): Promise<void> {
  for (const [name, words] of asked) {
    const args = [...words, '--build-dir', join(root, 'build')];
    const aim = state.endsWith('recipe') ? '' : '(aim: 200 ms or less)';
    try {
      const { wallMs } = await medianOf(Math.max(rounds, 5), (round) => {
        change(round);
        return timed(bake, args, root);
      });
      row(`${name}, ${recipes * chain.length} tasks, ${state}`, ms(wallMs), aim);
    } catch (error) {
      process.exitCode = 1;
      row(name, 'failed', (error instanceof Error ? error.message : String(error)).split('\n').slice(0, 3).join(' '));
    }
  }
}

const machine = `${cpus().length} x ${cpus()[0]?.model}, kernel ${release()}, node ${process.version}`;
console.log(`${machine}, ${new Date().toISOString()}, medians of ${rounds} runs of whole calls`);
spawnSync(bake, ['--version']);
newFiles();
if (sections.has('noop')) await noop();
if (sections.has('builtin')) await builtins();
if (sections.has('shell')) await shells('shell', recipes);
if (sections.has('sandbox')) {
  if (has('bwrap')) await shells('sandbox', Number(values.sandboxed));
  else row('sandboxed tasks', 'absent', '(Debian: apt-get install bubblewrap)');
}
if (sections.has('plan')) await largePlan();
if (sections.has('ask')) await questions();
