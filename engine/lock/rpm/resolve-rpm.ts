import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareCodePoints } from '../../base/canonical-json.ts';
import type { LockRecord } from '../../base/lock-record.ts';
import { StxError } from '../../base/stx-error.ts';
import { openDownloader } from '../../net/download.ts';
import type { Certificate } from '../keys/openpgp.ts';
import { repositoryKeys } from '../keys/repository-keys.ts';
import type { LockRequest, Repository, Resolution, RpmSettings } from '../lock-request.ts';
import { withFallbacks } from '../with-fallbacks.ts';
import { checkPackages } from './check-packages.ts';
import { type CopiedIndex, copyIndex } from './copy-index.ts';
import { type IndexedPackage, lockedFile, readIndexed, versionText } from './primary.ts';
import { runRpmTool } from './rpm-tools.ts';
import { newestSources, type SourceRpm, sourceRecords, sourceRepositories } from './source-rpms.ts';

/**
 * Resolves each root with dnf's library over verified copies of the indexes, weak dependencies left out; where a vendor
 * signs packages, each is fetched and its signature checked. Works in an empty folder of its own. Throws StxError
 * (`lock-failed`, `key-not-trusted`).
 */
export async function resolveRpm(request: LockRequest, directory: string): Promise<Resolution> {
  const { rpm } = request;
  if (rpm === undefined) throw StxError.of('internal-error', 'an rpm distribution is resolved without its settings');
  const keys = new Map<string, readonly Certificate[]>();
  await using downloader = openDownloader();
  const notes: string[] = [];
  const found: Repository[] = [];
  const copy = async (repositories: readonly Repository[], below: string) => {
    const indexes = new Map<string, CopiedIndex>();
    for (const repository of repositories) {
      const certificates = await repositoryKeys(repository, request.keyFolder);
      const keyring = join(directory, `${repository.id}.gpg`);
      await writeFile(keyring, Buffer.concat(certificates.map((each) => each.bytes)));
      const folder = join(directory, below, repository.id);
      keys.set(repository.id, certificates);
      const read = await withFallbacks([repository], ([at = repository]) =>
        copyIndex(at, keyring, { folder, downloader }),
      );
      indexes.set(repository.id, read.value);
      found.push(...read.repositories);
      notes.push(...read.notes);
    }
    return indexes;
  };
  const sources = sourceRepositories(request);
  const indexes = await copy(request.repositories, 'repositories');
  const sourceIndexes = await copy(sources, 'sources');
  const newest = await newestSources(request, sourceIndexes);
  const solved = await solve(request, directory, { rpm, newest });
  const records = [...(await lockedPackages(solved, indexes)), ...sourceRecords(request, newest)];
  const checked = await checkPackages(records, { repositories: found, rpm, keys, directory });
  const states = [...indexes.values(), ...sourceIndexes.values()].map(({ state }) => state);
  return { records: checked, repositories: states, notes };
}

/** What rpm-resolve.py says of one root. */
interface Solution {
  readonly error?: string;
  readonly packages?: readonly {
    readonly name: string;
    readonly epoch: string;
    readonly version: string;
    readonly release: string;
    readonly arch: string;
    readonly repository: string;
  }[];
  readonly askedAs?: Readonly<Record<string, readonly string[]>>;
}

async function solve(
  request: LockRequest,
  directory: string,
  { rpm, newest }: { readonly rpm: RpmSettings; readonly newest: ReadonlyMap<string, SourceRpm> },
): Promise<ReadonlyMap<string, Solution>> {
  const program = 'rpm-resolve.py';
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, program), await readFile(rpm.program));
  const input = JSON.stringify({
    arch: request.architecture,
    release: rpm.release,
    modulePlatform: rpm.modulePlatform,
    modules: rpm.modules,
    repositories: request.repositories.map(({ id }) => id),
    keep: request.keep.map(({ name, architecture, version }) => ({ name, arch: architecture, version })),
    roots: Object.fromEntries(
      [...request.roots]
        .sort(([one], [other]) => compareCodePoints(one, other))
        .map(([name, { packages, on, builds = [] }]) => {
          const requires = builds.flatMap((each) => newest.get(each)?.requires ?? []);
          return [name, { words: packages, on, requires: [...new Set(requires)] }];
        }),
    ),
  });
  const command = ['/usr/bin/python3', '-B', program];
  const end = await runRpmTool(rpm.toolRoot, { command, directory, input });
  if (end.exitCode !== 0) throw solverFailed(end.stderr);
  const solutions = new Map(Object.entries(JSON.parse(end.stdout) as Record<string, Solution>));
  for (const [root, { error }] of solutions) {
    if (error === undefined) continue;
    throw StxError.of('lock-failed', `\`${root}\` cannot be resolved: ${error.trim()}`, {
      help: 'check the names of the packages, and which repositories REPOSITORIES names',
    });
  }
  return solutions;
}

function solverFailed(said: string): StxError {
  const help = /ModuleNotFoundError: No module named '(?:dnf|libdnf|hawkey)/.test(said)
    ? 'lay out the root of tools (`stx-bake rpm-tools:do_unpack_root`), or install `python3-dnf` on the host'
    : 'check the repositories';
  const text = said.trim().split('\n').slice(-12).join('\n');
  return StxError.of('lock-failed', `dnf's library could not resolve the packages: ${text}`, {
    origin: 'environment',
    help,
  });
}

type Draft = { readonly roots: string[]; readonly askedAs: Set<string> };

/** Records of all that was chosen, as the verified indexes describe it. */
async function lockedPackages(
  solved: ReadonlyMap<string, Solution>,
  indexes: ReadonlyMap<string, CopiedIndex>,
): Promise<readonly LockRecord[]> {
  const drafts = new Map<string, Draft>();
  for (const [root, solution] of solved) addChosen(drafts, root, solution);
  const records = new Map<string, LockRecord>();
  for (const [repository, { primary }] of indexes) {
    for await (const each of readIndexed(primary)) {
      const id = packageId({ repository, ...each });
      const draft = drafts.get(id);
      if (draft !== undefined && !records.has(id)) records.set(id, toRecord(each, repository, draft));
    }
  }
  const lost = [...drafts.keys()].find((id) => !records.has(id));
  if (lost !== undefined) throw StxError.of('lock-failed', `no index of the repositories has \`${lost}\``);
  return [...records.values()];
}

function addChosen(drafts: Map<string, Draft>, root: string, { packages = [], askedAs = {} }: Solution): void {
  for (const { name, arch, repository, ...each } of packages) {
    const version = versionText(each.epoch, each.version, each.release);
    const id = packageId({ repository, name, version, architecture: arch });
    const draft = drafts.get(id) ?? { roots: [], askedAs: new Set() };
    drafts.set(id, draft);
    draft.roots.push(root);
    const words = Object.keys(askedAs).filter((word) => askedAs[word]?.includes(name));
    for (const word of words) draft.askedAs.add(word);
  }
}

function packageId(
  each: Pick<IndexedPackage, 'name' | 'version' | 'architecture'> & { readonly repository: string },
): string {
  return `${each.repository}: ${each.name} ${each.version} ${each.architecture}`;
}

function toRecord(each: IndexedPackage, repository: string, { roots, askedAs }: Draft): LockRecord {
  return {
    ...{ name: each.name, type: 'rpm', version: each.version, architecture: each.architecture, repository },
    ...lockedFile(each),
    ...(each.source === '' ? {} : { source: each.source }),
    ...(each.license === '' ? {} : { license: each.license }),
    ...(askedAs.size === 0 ? {} : { askedAs: [...askedAs].sort(compareCodePoints) }),
    roots: [...new Set(roots)].sort(compareCodePoints),
  };
}
