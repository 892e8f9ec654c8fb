import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StxError } from '../../base/stx-error.ts';
import type { LockRequest, RootRequest } from '../lock-request.ts';
import type { AptWorkspace } from './apt-workspace.ts';

/** `NAME VERSION ARCHITECTURE`: a package of an index. */
export type PackageId = string;

/**
 * Per root the packages that apt chooses for it: essential ones, what is asked for, build dependencies of source packages,
 * and all that these depend on, without recommendations. Of a root that is laid over another only what that one lacks. Throws
 * StxError `lock-failed`.
 */
export async function resolveRoots(
  apt: AptWorkspace,
  request: LockRequest,
  sourceVersions: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, readonly PackageId[]>> {
  const solver = new RootSolver(apt, request, sourceVersions);
  const chosen = new Map<string, readonly PackageId[]>();
  for (const name of [...request.roots.keys()].sort()) chosen.set(name, await solver.solve(name));
  return chosen;
}

/** Solves each root once, what it is laid over first. */
class RootSolver {
  readonly #apt: AptWorkspace;
  readonly #request: LockRequest;
  readonly #sourceVersions: ReadonlyMap<string, string>;
  readonly #solved = new Map<string, Promise<readonly PackageId[]>>();
  /** Equal questions have equal answers: recipes of one family ask for the same. */
  readonly #answers = new Map<string, Promise<readonly PackageId[]>>();
  readonly #statusFiles = new Map<string, Promise<string>>();

  constructor(apt: AptWorkspace, request: LockRequest, sourceVersions: ReadonlyMap<string, string>) {
    this.#apt = apt;
    this.#request = request;
    this.#sourceVersions = sourceVersions;
  }

  solve(name: string): Promise<readonly PackageId[]> {
    const known = this.#solved.get(name);
    if (known !== undefined) return known;
    const root = this.#request.roots.get(name);
    const answer = root === undefined ? Promise.resolve([]) : this.#solveRoot(name, root);
    this.#solved.set(name, answer);
    return answer;
  }

  async #solveRoot(name: string, root: RootRequest): Promise<readonly PackageId[]> {
    const base = root.on === undefined ? [] : await this.solve(root.on);
    const native = this.#nativeOf(root);
    const essential = root.on === undefined ? [`?and(?essential,?architecture(${native}))`] : [];
    const words = [...essential, ...root.packages];
    const target = root.target ?? native;
    // With another architecture apt tells itself what must be of which: programs of the machine that builds, libraries not.
    const ask =
      root.on !== undefined && native !== target
        ? ['--host-architecture', target, 'satisfy', (await this.#ofTarget(native, root.packages)).join(', ')]
        : ['install', ...words];
    const first = words.length === 0 ? [] : await this.#ask(name, { native, base, ask });
    const builds = (root.builds ?? []).map((each) => `${each}=${this.#sourceVersions.get(each) ?? ''}`);
    if (builds.length === 0) return first;
    const profiles = root.profiles?.length ? ['--build-profiles', root.profiles.join(',')] : [];
    const cross = native === target ? [] : ['--host-architecture', target];
    const build = ['build-dep', ...profiles, ...cross, ...builds];
    return [...first, ...(await this.#ask(name, { native, base: [...base, ...first], ask: build }))];
  }

  /** What is the same for every architecture, as modules of Python, works for that of the programs. */
  async #ofTarget(native: string, packages: readonly string[]): Promise<readonly string[]> {
    const plain = packages.filter((word) => !word.includes(':'));
    if (plain.length === 0) return packages;
    const ask = ['-o', `APT::Architecture=${native}`, 'show', '--no-all-versions', ...plain];
    const stanzas = (await this.#apt.run('apt-cache', ask)).split(/\n\n+/);
    const same = stanzas.filter((text) => /^Architecture: all$/m.test(text));
    const names = new Set(same.map((text) => /^Package: (.*)$/m.exec(text)?.[1] ?? ''));
    return packages.map((word) => (names.has(word) ? `${word}:native` : word));
  }

  #nativeOf({ architecture, on }: RootRequest): string {
    if (architecture !== undefined) return architecture;
    const base = on === undefined ? undefined : this.#request.roots.get(on);
    return base === undefined ? this.#request.architecture : this.#nativeOf(base);
  }

  #ask(root: string, question: Question): Promise<readonly PackageId[]> {
    const key = JSON.stringify(question);
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = this.#simulate(root, question);
    this.#answers.set(key, answer);
    return answer;
  }

  async #simulate(root: string, { native, base, ask }: Question): Promise<readonly PackageId[]> {
    const status = base.length === 0 ? [] : ['-o', `Dir::State::status=${await this.#statusFile(native, base)}`];
    const architecture = ['-o', `APT::Architecture=${native}`];
    const plan = await this.#apt.run('apt-get', [...architecture, ...status, '--simulate', '-qq', ...ask]);
    const chosen: PackageId[] = [];
    for (const line of plan.split('\n')) {
      const [, kind, name = '', old, version, of] =
        /^(Inst|Remv) (\S+) (?:\[(\S+)\] ?)?(?:\((\S+) .*\[(\S+)\]\))?/.exec(line) ?? [];
      if (kind === undefined) continue;
      if (kind === 'Remv' || old !== undefined) throw disturbed(root, this.#request.roots.get(root), name);
      chosen.push(`${name.split(':')[0]} ${version} ${of}`);
    }
    return chosen;
  }

  #statusFile(native: string, base: readonly PackageId[]): Promise<string> {
    const key = JSON.stringify([native, base]);
    const known = this.#statusFiles.get(key);
    if (known !== undefined) return known;
    const path = join(this.#apt.directory, `status-${this.#statusFiles.size + 1}`);
    const written = this.#writeStatus(path, native, base);
    this.#statusFiles.set(key, written);
    return written;
  }

  /** What apt takes for installed: the stanzas of the index, marked so. */
  async #writeStatus(path: string, native: string, base: readonly PackageId[]): Promise<string> {
    const words = base.map((id) => {
      const [name, version, architecture] = id.split(' ');
      return architecture === 'all' ? `${name}=${version}` : `${name}:${architecture}=${version}`;
    });
    const text = await this.#apt.run('apt-cache', ['-o', `APT::Architecture=${native}`, 'show', ...words]);
    const stanzas = new Map<string, string>();
    for (const stanza of text.split(/\n\n+/)) {
      const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(stanza)?.[1] ?? '';
      const id = `${field('Package')} ${field('Version')} ${field('Architecture')}`;
      if (field('Package') !== '') stanzas.set(id, stanza.trim());
    }
    const installed = base.flatMap((id) => stanzas.get(id) ?? []);
    await writeFile(path, installed.map((each) => `${each}\nStatus: install ok installed\n\n`).join(''));
    return path;
  }
}

interface Question {
  readonly native: string;
  readonly base: readonly PackageId[];
  readonly ask: readonly string[];
}

function disturbed(name: string, root: RootRequest | undefined, other: string): StxError {
  return StxError.of(
    'lock-failed',
    `what \`${name}\` asks for cannot be laid over \`${root?.on ?? name}\`: \`${other}\` would go, or move`,
    { help: 'name a root that it fits in BUILD_ROOT, or other packages' },
  );
}
