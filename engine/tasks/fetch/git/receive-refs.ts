import { setTimeout as sleep } from 'node:timers/promises';
import { redactUrl } from '../../../net/redact.ts';
import type { TaskContext } from '../../builtin-task.ts';
import { readSettings } from '../downloads.ts';
import type { Attempt } from './git-failures.ts';
import type { GitSource } from './git-source.ts';
import { type GitRun, reasonOf, runGit } from './run-git.ts';

/** A repository to take from, into a mirror. */
export interface Reception {
  readonly source: GitSource;
  readonly mirror: string;
  /** As git takes it. */
  readonly remote: string;
}

const branchesAndTags = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
const defaultSilenceMs = 60_000;

/** Brings branches and tags, and where these do not lead to it the commit itself, from a repository into a mirror. */
export async function receiveRefs(reception: Reception, context: TaskContext): Promise<Attempt> {
  const { source, mirror, remote } = reception;
  const url = redactUrl(remote);
  context.log(`fetching ${source.revision} from ${url}`);
  let run = await patiently(reception, branchesAndTags, context);
  // A branch became a folder of branches, or the other way round.
  if (run.exitCode !== 0 && /cannot lock ref|directory\/file conflict/i.test(run.said)) {
    run = await receive(reception, ['--prune', ...branchesAndTags], context);
  }
  await keepRewritten(reception, run.said, context.signal);
  let bytes = receivedBytes(run.said);
  if (run.exitCode !== 0) return { url, reason: reasonOf(run), bytes };
  if (/shallow roots are not allowed|shallow update not allowed/.test(run.said)) {
    return { url, reason: 'is a shallow clone, which cannot stand in: `git fetch --unshallow` in it', bytes };
  }
  const has = { args: ['cat-file', '-e', `${source.revision}^{commit}`], signal: context.signal, repository: mirror };
  if (source.branch === undefined && (await runGit(has)).exitCode !== 0) {
    const kept = `+${source.revision}:refs/stx-bake/${source.revision}`;
    const alone = await receive(reception, [kept], context);
    const rest = alone.exitCode === 0 ? alone : await receive(reception, ['+refs/*:refs/*'], context);
    bytes += receivedBytes(rest.said);
  }
  return { url, reason: undefined, bytes };
}

/** Where the former ends of a branch are kept, which was rewritten since: what was on it may be pinned. */
export function formerEnds(branch: string): string {
  return `refs/stx-bake/was/${encodeURIComponent(branch)}`;
}

/** A branch that now ends elsewhere, because it was rewritten or because this repository is behind, takes nothing away. */
async function keepRewritten({ mirror }: Reception, said: string, signal: AbortSignal): Promise<void> {
  for (const [, end = '', branch = ''] of said.matchAll(/^ \+ ([0-9a-f]+)\.\.\.\S+ .*-> (\S+) +\(forced update\)/gm)) {
    await runGit({ args: ['update-ref', `${formerEnds(branch)}/${end}`, end], signal, repository: mirror });
  }
}

/** Again after a while when the connection broke: BB_FETCH_RETRIES times. */
async function patiently(reception: Reception, refs: readonly string[], context: TaskContext): Promise<GitRun> {
  const retries = readSettings(context.order.variables).retries ?? 3;
  for (let attempt = 0; ; attempt++) {
    const run = await receive(reception, refs, context);
    const isBroken = /early EOF|RPC failed|unexpected disconnect|hung up unexpectedly|Connection reset/i.test(run.said);
    if (run.exitCode === 0 || !isBroken || attempt >= retries) return run;
    context.log(`${redactUrl(reception.remote)}: ${reasonOf(run)}; once more`);
    await sleep(500 * 2 ** attempt, undefined, { signal: context.signal });
  }
}

async function receive({ mirror, remote }: Reception, refs: readonly string[], context: TaskContext): Promise<GitRun> {
  const { variables } = context.order;
  const silenceMs = readSettings(variables).timeouts?.stallMs ?? defaultSilenceMs;
  const stall = new AbortController();
  const quiet = new Silence(silenceMs, () => stall.abort());
  const settings = ['-c', 'http.lowSpeedLimit=1', '-c', `http.lowSpeedTime=${Math.ceil(silenceMs / 1000)}`];
  settings.push('-c', 'fetch.output=full');
  // A repository of this machine may belong to somebody else.
  const local = remote.startsWith('file:') ? ['--upload-pack=git -c safe.directory=* upload-pack'] : [];
  const options = ['--progress', '--no-tags', '--no-auto-maintenance', '--no-recurse-submodules', '--update-head-ok'];
  const prune = refs.filter((each) => each.startsWith('--'));
  const names = refs.filter((each) => !each.startsWith('--'));
  const signal = AbortSignal.any([context.signal, stall.signal]);
  try {
    return await runGit({
      args: [...settings, 'fetch', ...options, ...prune, ...local, remote, ...names],
      signal,
      repository: mirror,
      network: variables,
      onSaid: (text) => {
        quiet.heard(text);
        const shown = /(Receiving|Resolving|Unpacking) \w+: +(\d+)%[^\r\n]*/.exec(text);
        if (shown !== null)
          context.progress(
            shown[0],
            Number(shown[2]) / (shown[1] === 'Receiving' ? 111 : 1000) + (shown[1] === 'Receiving' ? 0 : 0.9),
          );
      },
    });
  } catch (error) {
    context.signal.throwIfAborted();
    if (!stall.signal.aborted) throw error;
    return { exitCode: 128, output: '', said: `fatal: nothing was heard for ${silenceMs / 1000} s\n` };
  } finally {
    quiet.end();
  }
}

/** Fires when nothing was said for a while, as long as the network is what is waited for. */
class Silence {
  readonly #timer: NodeJS.Timeout;

  constructor(milliseconds: number, onSilence: () => void) {
    this.#timer = setTimeout(onSilence, milliseconds);
  }

  heard(text: string): void {
    if (/Receiving objects: 100%|Resolving deltas/.test(text)) this.end();
    else this.#timer.refresh();
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/** "Receiving objects: 100% (3/3), 1.20 MiB | 2.00 MiB/s, done." */
function receivedBytes(said: string): number {
  const [, size = '0', unit = ''] =
    [...said.matchAll(/Receiving objects: 100%[^\r\n]*?, ([\d.]+) (bytes|[KMG]iB)/g)].at(-1) ?? [];
  const factor: Readonly<Record<string, number>> = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };
  return Math.round(Number(size) * (factor[unit] ?? 1));
}
