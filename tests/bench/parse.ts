import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fullSize, writeCorpus } from '../support/parse-corpus.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/**
 * Times `stx-bake -p`, whole processes: nothing cached, nothing changed, one recipe edited, one line of local.conf edited.
 * `npm run bench:parse [-- --bitbake DIR] [--layers PATH...] [--recipes N] [--rounds N]`; medians.
 * `--bitbake` times the BitBake in DIR on the same tree; `--layers` reads real layers instead of the generated ones.
 */
const { values, positionals } = parseArgs({
  options: {
    layers: { type: 'string', multiple: true },
    bitbake: { type: 'string' },
    recipes: { type: 'string', default: String(fullSize.recipes) },
    rounds: { type: 'string', default: '5' },
  },
  allowPositionals: true,
});
const rounds = Number(values.rounds);
const project = fileURLToPath(new URL('../..', import.meta.url));

interface Program {
  readonly name: string;
  run(build: string): void;
  /** Takes away everything that an earlier run left. */
  forget(build: string): void;
}

const ours: Program = {
  name: 'stx-bake',
  run: (build) => start(join(project, 'stx-bake'), ['-p', '--build-dir', build], {}),
  forget: (build) => rmSync(join(build, 'cache'), { recursive: true, force: true }),
};

/** A copy of BitBake without its demand for the locale en_US.UTF-8, which small systems do not have. */
function bitbake(from: string, into: string): Program {
  cpSync(resolve(from), into, { recursive: true });
  const utils = join(into, 'lib/bb/utils.py');
  const text = readFileSync(utils, 'utf8');
  writeFileSync(utils, text.replace(/^def check_system_locale\(\):$/m, '$&\n    return'));
  return {
    name: 'BitBake',
    run: (build) =>
      start('python3', [join(into, 'bin/bitbake'), '-p'], { cwd: build, BBPATH: build, LC_ALL: 'C.UTF-8' }),
    forget: (build) => {
      for (const each of ['cache', 'tmp']) rmSync(join(build, each), { recursive: true, force: true });
    },
  };
}

function start(
  program: string,
  args: readonly string[],
  { cwd = project, ...environment }: Record<string, string>,
): void {
  const run = spawnSync(program, args, { cwd, encoding: 'utf8', env: { ...process.env, ...environment } });
  if (run.status !== 0 && values.layers === undefined)
    throw new Error(`${program} failed:\n${run.stdout}${run.stderr}`);
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[times.length >> 1] ?? 0;
}

/** Median time of `program` on a build directory, each run after `before`. */
function measure(program: Program, build: string, before: (round: number) => void): number {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    before(round);
    const begin = performance.now();
    program.run(build);
    times.push(performance.now() - begin);
  }
  return median(times);
}

interface Tree {
  readonly build: string;
  readonly recipe: string;
}

function timesOf(program: Program, { build, recipe }: Tree): readonly number[] {
  const local = join(build, 'conf/local.conf');
  const cold = measure(program, build, () => program.forget(build));
  // What was generated a moment ago has times that nobody trusts yet: the second start looks at the contents.
  program.run(build);
  const warm = measure(program, build, () => {});
  const edited = measure(program, build, (round) => appendFileSync(recipe, `# edit ${round}\n`));
  const line = measure(program, build, (round) => appendFileSync(local, `CORPUS_SETTING_0 = "${round}"\n`));
  return [cold, warm, edited, line];
}

/** Peak memory of a cold start in MB, as the process itself counts it. */
function peakMemory(build: string): number {
  ours.forget(build);
  const hook = `data:text/javascript,process.on('exit',()=>console.error('peak',process.resourceUsage().maxRSS))`;
  const args = ['-p', '--build-dir', build];
  const run = spawnSync(join(project, 'stx-bake'), args, {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: `--import=${hook}` },
  });
  return Number(/peak (\d+)/.exec(run.stderr)?.[1] ?? 0) / 1024;
}

function generatedTree(root: string): Tree {
  writeCorpus(root, { ...fullSize, recipes: Number(values.recipes) });
  return { build: join(root, 'build'), recipe: firstRecipe([join(root, 'layer-core')]) };
}

/** A build directory over copies of real layers, so that one of their recipes can be edited. */
function realTree(root: string, layers: readonly string[]): Tree {
  const copies = layers.map((layer, number) => {
    const copy = join(root, 'layers', `${number}`, resolve(layer).split('/').at(-1) ?? '');
    cpSync(resolve(layer), copy, { recursive: true });
    return copy;
  });
  const build = join(root, 'build');
  mkdirSync(join(build, 'conf'), { recursive: true });
  writeFileSync(
    join(build, 'conf/bblayers.conf'),
    `BBPATH = "\${TOPDIR}"\nBBFILES ?= ""\nBBLAYERS = "${copies.join(' ')}"\n`,
  );
  writeFileSync(join(build, 'conf/local.conf'), '');
  return { build, recipe: firstRecipe(copies) };
}

function firstRecipe(layers: readonly string[]): string {
  for (const layer of layers) {
    const names = readdirSync(layer, { recursive: true, encoding: 'utf8' }).sort();
    const name = names.find((each) => each.endsWith('.bb'));
    if (name !== undefined) return join(layer, name);
  }
  throw new Error(`no recipe below ${layers.join(' ')}`);
}

/** What a run says: how many recipes there are, and which problems how often. */
function summary(build: string): string {
  const run = spawnSync(join(project, 'stx-bake'), ['-p', '--build-dir', build], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  const codes = new Map<string, number>();
  for (const [, code = ''] of run.stderr.matchAll(/(?:error|warning): .*\[([a-z-]+)\]$/gm)) {
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  const counts = [...codes].sort((a, b) => b[1] - a[1]).map(([code, count]) => `\n  ${`${count}`.padStart(6)} ${code}`);
  return `${run.stdout.trim()}${counts.join('')}`;
}

using work = temporaryDirectory();
const machine = `${cpus().length} x ${cpus()[0]?.model}, kernel ${release()}, node ${process.version}`;
console.log(`${machine}, ${new Date().toISOString()}, medians of ${rounds} runs of whole processes`);
const layers = values.layers && [...values.layers, ...positionals];
const tree = layers ? realTree(work.path, layers) : generatedTree(work.path);
spawnSync(join(project, 'stx-bake'), ['--version']);
console.log(summary(tree.build));
const own = timesOf(ours, tree);
const other = values.bitbake ? timesOf(bitbake(values.bitbake, join(work.path, 'bitbake')), tree) : undefined;
const rows = ['cold', 'warm, nothing changed', 'one recipe edited', 'a line of local.conf edited'];
const aims = layers ? [] : [4000, 150, 250];
for (const [index, row] of rows.entries()) {
  const ms = own[index] ?? 0;
  const beside =
    other === undefined
      ? ''
      : `  BitBake ${(other[index] ?? 0).toFixed(0).padStart(6)} ms  x${((other[index] ?? 0) / ms).toFixed(1)}`;
  const aim = aims[index] === undefined ? '' : `  (aim ${aims[index]} ms)`;
  console.log(`${row.padEnd(28)} ${ms.toFixed(0).padStart(6)} ms${beside}${aim}`);
}
console.log(
  `peak memory, cold            ${peakMemory(tree.build).toFixed(0).padStart(6)} MB${layers ? '' : '  (aim 700 MB)'}`,
);
