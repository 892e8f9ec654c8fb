import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorDiagnostic } from '../base/diagnostic.ts';
import { parseSrcUri } from '../base/src-uri.ts';
import { StxError } from '../base/stx-error.ts';
import { redactUrl } from '../net/redact.ts';
import type { RevisionRequest, SourceRevisions } from '../python/engine-host.ts';
import { candidateUrls } from '../tasks/fetch/candidate-urls.ts';
import { gitAddress } from '../tasks/fetch/git/git-address.ts';
import { gitEnvironment } from '../tasks/fetch/git/git-environment.ts';
import { mirrorPaths } from '../tasks/fetch/git/git-source.ts';
import { isYes } from '../tasks/fetch/sources.ts';

/** Who hears what was asked. */
export interface RevisionWitness {
  /** The answer may be another one in the next call. */
  askedRepository(): void;
  /** The answer stands as long as this file does. */
  sawFile(path: string): void;
  note(text: string): void;
}

const variables = [
  ...['PREMIRRORS', 'MIRRORS', 'BB_NO_NETWORK', 'BB_FETCH_PREMIRRORONLY', 'BB_FETCH_TIMEOUT', 'DL_DIR'],
  ...['http_proxy', 'https_proxy', 'no_proxy'],
];
const defaultPatienceMs = 60_000;

/**
 * Asks repositories (`git ls-remote`, mirrors by the rules of fetching) for the commits of branches and tags, each once in
 * a call. With BB_SRCREV_POLICY = "cache" answers stay in the build directory; without network the mirror in DL_DIR answers.
 */
export function createSourceRevisions(buildDirectory: string, witness: RevisionWitness): SourceRevisions {
  const kept = new KeptAnswers(join(buildDirectory, 'cache', 'source-revisions.json'));
  const known = new Map<string, string>();
  return {
    newest(request) {
      const { reference } = request;
      const [entry] = parseSrcUri(request.address);
      const address = entry && gitAddress(entry.url, entry.parameters);
      if (address === undefined) throw unknown(request, 'it is no repository of git');
      const key = `${address.remote} ${reference.kind} ${reference.name}`;
      const isKept = request.value('BB_SRCREV_POLICY') === 'cache';
      if (isKept) witness.sawFile(kept.path);
      else witness.askedRepository();
      const found = known.get(key) ?? (isKept ? kept.get(key) : undefined) ?? ask(request, witness);
      known.set(key, found);
      if (isKept) kept.put(key, found);
      return found;
    },
  };
}

/** The commit as the first repository that can be reached says it. */
function ask(request: RevisionRequest, witness: RevisionWitness): string {
  const given: Record<string, string> = {};
  for (const name of variables) given[name] = request.value(name) ?? '';
  const [entry] = parseSrcUri(request.address);
  const address = entry && gitAddress(entry.url, entry.parameters);
  if (address === undefined) throw unknown(request, 'it is no repository of git');
  const failures: string[] = [];
  const urls = candidateUrls({ url: `${address.url};protocol=${address.protocol}` }, given);
  for (const url of urls) {
    const [place = '', ...rest] = url.split(';');
    const parameters = new Map(rest.map((each) => [each.replace(/=.*/, ''), each.replace(/^[^=]*=?/, '')] as const));
    const remote = gitAddress(place, parameters)?.remote;
    if (remote === undefined) continue;
    const answer = listRemote(remote, request, given);
    if ('commit' in answer) return answer.commit;
    failures.push(`\n  ${redactUrl(remote)}: ${answer.failure}`);
  }
  const mirror = mirrorPaths(address, given['DL_DIR'] ?? '').path;
  if (isYes(given['BB_NO_NETWORK']) && existsSync(join(mirror, 'objects'))) {
    const answer = listRemote(mirror, request, given);
    if ('commit' in answer) {
      const what = `\`${request.reference.name}\` of \`${address.url}\``;
      witness.note(`${what} is ${answer.commit}, as the mirror in DL_DIR has it: BB_NO_NETWORK is set`);
      return answer.commit;
    }
  }
  throw unknown(
    request,
    failures.length === 0 ? 'BB_NO_NETWORK is set, and DL_DIR has no mirror of it' : failures.join(''),
  );
}

type Answer = { readonly commit: string } | { readonly failure: string };

function listRemote(remote: string, { reference }: RevisionRequest, given: Readonly<Record<string, string>>): Answer {
  const wanted = refsOf(reference);
  const timeout = Number(given['BB_FETCH_TIMEOUT']) * 1000 || defaultPatienceMs;
  const run = spawnSync('git', ['-c', 'safe.directory=*', 'ls-remote', remote, ...wanted], {
    env: gitEnvironment(given),
    encoding: 'utf8',
    timeout,
    maxBuffer: 1 << 26,
  });
  if (run.error !== undefined && (run.error as NodeJS.ErrnoException).code === 'ENOENT') {
    throw StxError.of('missing-host-tools', '`git` is needed to find out revisions', { help: 'install `git`' });
  }
  if (run.signal !== null) return { failure: `no answer within ${timeout / 1000} s` };
  if (run.status !== 0)
    return {
      failure: run.stderr
        .replace(/^(fatal|error): /gm, '')
        .trim()
        .split('\n')
        .join('; '),
    };
  const lines = new Map(
    run.stdout.split('\n').map((line) => [line.split('\t')[1] ?? '', line.split('\t')[0] ?? ''] as const),
  );
  for (const name of wanted) {
    const commit = lines.get(name);
    if (commit !== undefined) return { commit };
  }
  return { failure: `has no ${reference.kind === 'any' ? 'branch or tag' : reference.kind} \`${reference.name}\`` };
}

/** What to ask for, best first; `^{}` is the commit that an annotated tag means. */
function refsOf({ kind, name }: RevisionRequest['reference']): readonly string[] {
  if (name === 'HEAD' || name.startsWith('refs/')) return [name];
  const tag = [`refs/tags/${name}^{}`, `refs/tags/${name}`];
  if (kind === 'tag') return tag;
  return kind === 'branch' ? [`refs/heads/${name}`] : [`refs/heads/${name}`, ...tag];
}

function unknown({ address, reference }: RevisionRequest, why: string): StxError {
  const [entry] = parseSrcUri(address);
  const name = reference.name === 'HEAD' ? 'the newest commit' : `the commit of \`${reference.name}\``;
  const message = `${name} of \`${redactUrl(entry?.url ?? address)}\` cannot be found out: ${why}`;
  const help =
    'set SRCREV to a commit (40 hexadecimal digits), or name a clone that stands in by PREMIRRORS: docs/sources.md';
  const setting = { variable: 'SRC_URI', word: entry?.word ?? address };
  return new StxError([errorDiagnostic('missing-revision', message, { setting, help })], { origin: 'environment' });
}

/** Answers of earlier calls, one file of a build directory. */
class KeptAnswers {
  readonly path: string;
  #answers: Record<string, string> | undefined;

  constructor(path: string) {
    this.path = path;
  }

  get(key: string): string | undefined {
    const answer = this.#read()[key];
    return typeof answer === 'string' && /^[0-9a-f]{40,64}$/.test(answer) ? answer : undefined;
  }

  put(key: string, commit: string): void {
    const answers = this.#read();
    if (answers[key] === commit) return;
    answers[key] = commit;
    mkdirSync(dirname(this.path), { recursive: true });
    const fresh = `${this.path}.${process.pid}`;
    writeFileSync(fresh, `${JSON.stringify(answers, null, 2)}\n`);
    renameSync(fresh, this.path);
  }

  #read(): Record<string, string> {
    this.#answers ??= readAnswers(this.path);
    return this.#answers;
  }
}

function readAnswers(path: string): Record<string, string> {
  try {
    const read: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof read === 'object' && read !== null ? { ...(read as Record<string, string>) } : {};
  } catch {
    return {};
  }
}
