import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { attributesName } from '../../engine/sstate/attributes.ts';
import { captureOutputs } from '../../engine/sstate/capture-outputs.ts';
import { openLocalStore, sweepTemporaryFiles } from '../../engine/sstate/local-store.ts';
import { restoreOutputs } from '../../engine/sstate/restore-outputs.ts';
import { verifyStore } from '../../engine/sstate/verify-store.ts';
import { keyOf } from './store-keys.ts';

/** How many users of a store are killed, and how many live at a time. */
export interface KillOptions {
  readonly directory: string;
  readonly runs: number;
  readonly atOnce: number;
  readonly seed: number;
  /** Stops early at this time (milliseconds of the epoch). */
  readonly untilMs?: number;
  onRun?(run: number): void;
}

/** What was found: a kill that left something wrong is told in words. */
export interface KillReport {
  readonly kills: number;
  readonly problems: readonly string[];
}

const worker = fileURLToPath(new URL('./store-worker.ts', import.meta.url));
const checkEach = 25;
/** Killed from outside, if it lives that long. */
const mostMs = 1500;

/** Kills users of one store at random points, again and again, and looks at the store between. */
export async function killStoreUsers({
  directory,
  runs,
  atOnce,
  seed,
  untilMs,
  onRun,
}: KillOptions): Promise<KillReport> {
  const store = join(directory, 'store');
  const sources = makeSources(join(directory, 'sources'));
  const outputs = new Map<string, string>();
  const elsewhere = openLocalStore(join(directory, 'elsewhere')).blobs;
  for (const source of sources) outputs.set(source, (await captureOutputs([source], elsewhere)).output.hash);
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const problems: string[] = [];
  let kills = 0;
  while (kills < runs && problems.length === 0 && Date.now() < (untilMs ?? Number.POSITIVE_INFINITY)) {
    const count = Math.min(checkEach, runs - kills);
    let begun = 0;
    const next = async (slot: number): Promise<void> => {
      while (begun < count) {
        begun += 1;
        const own = join(directory, `own-${slot}`);
        mkdirSync(own, { recursive: true });
        const lives = 1 + random(random(3) === 0 ? 40 : 900);
        const ended = await killed(spawnUser({ store, own, sources, seed: random(2 ** 31), lives }), random(mostMs));
        if (ended !== undefined) problems.push(ended);
        kills += 1;
        onRun?.(kills);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, (_, slot) => next(slot)));
    problems.push(...(await look({ directory, store, sources, outputs, atOnce })));
  }
  return { kills, problems };
}

function spawnUser(input: object): ChildProcess {
  return spawn(process.execPath, [worker, JSON.stringify(input)], { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Waits for the end; what it said when it ended otherwise than by being killed. */
async function killed(child: ChildProcess, afterMs: number): Promise<string | undefined> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('close', (_code, signal) => resolve(signal)),
  );
  const timer = new AbortController();
  void sleep(200 + afterMs, undefined, { signal: timer.signal }).then(
    () => child.kill('SIGKILL'),
    () => undefined,
  );
  const signal = await ended;
  timer.abort();
  return signal === 'SIGKILL' ? undefined : said;
}

interface Scene {
  readonly directory: string;
  readonly store: string;
  readonly sources: readonly string[];
  readonly outputs: ReadonlyMap<string, string>;
  readonly atOnce: number;
}

/** What is wrong with the store and with what was restored from it. */
async function look({ directory, store, sources, outputs, atOnce }: Scene): Promise<readonly string[]> {
  await sweepTemporaryFiles(store);
  const problems: string[] = [];
  const left = existsSync(join(store, 'tmp')) ? readdirSync(join(store, 'tmp')) : [];
  if (left.length > 0) problems.push(`unfinished files stay: ${left.join(' ')}`);
  const { damagedBlobs, damagedResults, incomplete } = await verifyStore(store, { dryRun: true });
  for (const path of [...damagedBlobs, ...damagedResults]) problems.push(`damaged: ${path}`);
  for (const key of incomplete) problems.push(`a result lacks blobs: ${key}`);
  if (existsSync(join(store, 'quarantine'))) problems.push('something was found damaged');
  problems.push(...(await lookAtResults({ directory, store, sources, outputs })));
  const owned = Array.from({ length: atOnce }, (_, slot) => join(directory, `own-${slot}`));
  for (const path of owned.flatMap((own) => sources.map((source) => join(own, basename(source))))) {
    const source = sources.find((each) => basename(each) === basename(path)) ?? '';
    if (existsSync(path) && !(await isCapturedAs(path, outputs.get(source))))
      problems.push(`a killed user left a part in place of the whole: ${path}`);
  }
  return problems;
}

async function lookAtResults({
  directory,
  store,
  sources,
  outputs,
}: Omit<Scene, 'atOnce'>): Promise<readonly string[]> {
  const problems: string[] = [];
  const { actions, blobs } = openLocalStore(store);
  for (const [key, result] of await actions.find(sources.map(keyOf))) {
    const source = sources.find((each) => keyOf(each) === key) ?? '';
    if (result.output.hash !== outputs.get(source)) problems.push(`a wrong result for ${source}`);
    const to = join(directory, 'looked-at');
    const target = { tree: result.trees[0]!, attributes: result.files?.[attributesName(0)], directory: to };
    const missing = await restoreOutputs([target], blobs);
    if (missing !== undefined) problems.push(`${source} cannot be restored: ${missing.hash}`);
    else if (!(await isCapturedAs(to, outputs.get(source)))) problems.push(`${source} was restored wrongly`);
  }
  return problems;
}

async function isCapturedAs(directory: string, output: string | undefined): Promise<boolean> {
  const { blobs } = openLocalStore(join(directory, '..', 'compared'));
  return (await captureOutputs([directory], blobs)).output.hash === output;
}

/** Small trees that share files, one with a large file. */
function makeSources(directory: string): readonly string[] {
  return Array.from({ length: 8 }, (_, tree) => {
    const source = join(directory, `tree-${tree}`);
    mkdirSync(join(source, 'sub'), { recursive: true });
    for (let file = 0; file < 4; file++) {
      const text = `file ${file} of ${tree % 3}\n`.repeat(10 ** file);
      writeFileSync(join(source, `sub/${file}`), text);
      chmodSync(join(source, `sub/${file}`), file % 2 === 0 ? 0o644 : 0o755);
    }
    symlinkSync('sub/0', join(source, 'link'));
    linkSync(join(source, 'sub/1'), join(source, 'second name'));
    if (tree === 0) writeFileSync(join(source, 'large'), readFileSync(process.execPath).subarray(0, 1_500_000));
    return source;
  });
}
