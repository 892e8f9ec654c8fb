import { rm, stat } from 'node:fs/promises';
import type { Diagnostic, Setting } from '../../base/diagnostic.ts';
import { errorDiagnostic } from '../../base/diagnostic.ts';
import { digestOfFile } from '../../base/sha256.ts';
import { StxError } from '../../base/stx-error.ts';
import type { Artifact } from '../../messages/task-outcome.ts';
import { type Downloaded, type DownloadRequest, downloadMany } from '../../net/download.ts';
import { DownloadError } from '../../net/download-error.ts';
import { redactUrl } from '../../net/redact.ts';
import type { BuiltinTask, TaskContext } from '../builtin-task.ts';
import { candidateUrls } from './candidate-urls.ts';
import { withLockedSources } from './distro-sources.ts';
import { findPresent, progressReporter, readSettings } from './downloads.ts';
import { isSourcePackage, packagedSources } from './dsc/source-package.ts';
import { fetchGit } from './git/fetch-git.ts';
import {
  isYes,
  type LocalSource,
  type RemoteSource,
  readSources,
  requireVariable,
  type Source,
  type Variables,
} from './sources.ts';

/** Brings every source of SRC_URI into DL_DIR and proves it by its SHA-256 or commit; local ones are only looked for. */
export const run: BuiltinTask = async (given) => {
  requireVariable(given.order.variables, 'DL_DIR');
  const variables = await withLockedSources(given.order);
  const context = { ...given, order: { ...given.order, variables } };
  const sources = readSources(variables);
  await checkLocal(sources.filter((source) => source.kind === 'local'));
  const remote = sources.filter((source) => source.kind === 'remote');
  const files = await fetchFiles(remote, context);
  const named = await Promise.all(remote.filter(isSourcePackage).map(packagedSources));
  const packaged = await fetchFiles(named.flat(), context);
  const commits = sources.filter((source) => source.kind === 'git');
  const git = commits.length === 0 ? nothing : await fetchGit(commits, context);
  const all = [files, packaged, git];
  return { artifacts: all.flatMap((each) => each.artifacts), bytes: all.reduce((sum, { bytes }) => sum + bytes, 0) };
};

interface Brought {
  readonly artifacts: readonly Artifact[];
  readonly bytes: number;
}

const nothing: Brought = { artifacts: [], bytes: 0 };

async function fetchFiles(sources: readonly RemoteSource[], context: TaskContext): Promise<Brought> {
  const artifacts: Artifact[] = [];
  const wanted: RemoteSource[] = [];
  for (const source of uniqueByPath(sources)) {
    const { path, sha256 } = source;
    const present = sha256 === undefined ? undefined : await findPresent({ path, sha256 }, context.log);
    if (present === undefined) wanted.push(source);
    else artifacts.push({ path, sizeBytes: present.sizeBytes });
  }
  const fetched = await fetchRemote(wanted, context);
  const bytes = fetched.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);
  return { artifacts: [...artifacts, ...fetched], bytes };
}

async function checkLocal(sources: readonly LocalSource[]): Promise<void> {
  for (const source of sources) {
    if ((await stat(source.path).catch(() => undefined)) !== undefined) continue;
    throw StxError.of('local-source-missing', `\`${source.uri.url}\` is no longer at \`${source.path}\``, {
      setting: entryOf(source),
    });
  }
}

/** Two entries may name one file, when they agree on its sum. */
function uniqueByPath(sources: readonly RemoteSource[]): readonly RemoteSource[] {
  const byPath = new Map<string, RemoteSource>();
  for (const source of sources) {
    const other = byPath.get(source.path);
    if (other !== undefined && other.sha256 !== source.sha256) {
      throw StxError.of('bad-source-uri', `two entries of SRC_URI are both kept as \`${source.name}\``, {
        setting: entryOf(source),
        help: 'give one of them `;downloadfilename=OTHER-NAME`',
      });
    }
    byPath.set(source.path, source);
  }
  return [...byPath.values()];
}

async function fetchRemote(sources: readonly RemoteSource[], context: TaskContext): Promise<readonly Artifact[]> {
  if (sources.length === 0) return [];
  const { variables } = context.order;
  const unknown = sources.filter((source) => source.sha256 === undefined);
  refuseWithoutAddress(sources, variables);
  const requests = sources.map((source) => toRequest(source, variables));
  for (const request of requests) context.log(`fetching ${request.urls.map(redactUrl).join(', else ')}`);
  const results = await downloadMany(requests, {
    parallel: 4,
    ...readSettings(variables),
    signal: context.signal,
    onProgress: progressReporter(context, { files: requests.length }),
  });
  const sums = unknown.length === 0 ? [] : await reportUnknown(sources, results);
  const diagnostics = [...results.flatMap((result, index) => failureOf(sources[index], result)), ...sums];
  if (diagnostics.length > 0) throw new StxError(diagnostics, { origin: 'environment' });
  const files = results.filter((result): result is Downloaded => !(result instanceof DownloadError));
  for (const file of files) {
    for (const failure of file.failures) context.log(`${failure.url}: ${failure.reason}`);
    context.log(`${file.path}: ${file.sizeBytes} bytes from ${redactUrl(file.url)}`);
  }
  return files.map(({ path, sizeBytes }) => ({ path, sizeBytes }));
}

/** Without a recorded sum a file goes to another name, so that nothing takes it for a source. */
function toRequest(source: RemoteSource, variables: Variables): DownloadRequest {
  const path = source.sha256 === undefined ? `${source.path}.no-checksum` : source.path;
  return { urls: urlsOf(source, variables), path, sha256: source.sha256 };
}

function urlsOf(source: RemoteSource, variables: Variables): readonly string[] {
  return candidateUrls({ url: source.url, fileName: source.name }, variables);
}

/** Mirrors that are folders of this machine still serve without a network; whatever may be asked for nowhere is an error. */
function refuseWithoutAddress(sources: readonly RemoteSource[], variables: Variables): void {
  const cut = sources.filter((source) => urlsOf(source, variables).length === 0);
  if (cut.length === 0) return;
  const isOffline = isYes(variables['BB_NO_NETWORK']);
  const diagnostics = cut.map((source) => {
    const what = `\`${redactUrl(source.url)}\` is not in DL_DIR`;
    const place = `put the file at \`${source.path}\``;
    return isOffline
      ? errorDiagnostic('network-disabled', `${what}, and BB_NO_NETWORK is set`, {
          setting: entryOf(source),
          help: `${place}, or unset BB_NO_NETWORK`,
        })
      : errorDiagnostic(
          'download-failed',
          `${what}, BB_FETCH_PREMIRRORONLY is set, and PREMIRRORS has nothing for it`,
          {
            setting: entryOf(source),
            help: `add a pair to PREMIRRORS, ${place}, or unset BB_FETCH_PREMIRRORONLY`,
          },
        );
  });
  throw new StxError(diagnostics, { origin: 'environment' });
}

function failureOf(source: RemoteSource | undefined, result: Downloaded | DownloadError): readonly Diagnostic[] {
  if (!(result instanceof DownloadError)) return [];
  const setting = source && entryOf(source);
  return result.diagnostics.map((each) => ({ ...each, setting }));
}

function entryOf({ uri }: Source): Setting {
  return { variable: 'SRC_URI', word: uri.word };
}

/** The line that each source without a sum lacks, made from what came; the file itself is removed. */
async function reportUnknown(
  sources: readonly RemoteSource[],
  results: readonly (Downloaded | DownloadError)[],
): Promise<readonly Diagnostic[]> {
  const diagnostics: Diagnostic[] = [];
  for (const [index, source] of sources.entries()) {
    const result = results[index];
    if (source.sha256 !== undefined || result === undefined || result instanceof DownloadError) continue;
    const { hash } = await digestOfFile(result.path);
    await rm(result.path, { force: true });
    diagnostics.push(
      errorDiagnostic('missing-checksum', `\`${redactUrl(source.url)}\` has no SHA-256`, {
        setting: entryOf(source),
        help: `compare with what the publisher states, then add: SRC_URI[${source.checksumFlag}] = "${hash}"`,
      }),
    );
  }
  return diagnostics;
}
