import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compareCodePoints } from '../base/canonical-json.ts';
import { errorDiagnostic } from '../base/diagnostic.ts';
import { redactText, redactUrl } from '../base/redact.ts';
import { parseSrcUri } from '../base/src-uri.ts';
import { StxError } from '../base/stx-error.ts';
import type { RevisionRequest, SourceRevisions } from '../python/engine-host.ts';
import { candidateUrls } from '../tasks/fetch/candidate-urls.ts';
import { type GitAddress, gitAddress, publicRemote } from '../tasks/fetch/git/git-address.ts';
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
 * a call. With BB_SRCREV_POLICY = "cache" answers stay in the build directory; with "lock" they are those of SRCREV_LOCK_FILE
 * alone, which `freeze` writes anew. Without network the mirror in DL_DIR answers.
 */
export function createSourceRevisions(
  buildDirectory: string,
  witness: RevisionWitness,
  { freeze = false }: { readonly freeze?: boolean } = {},
): SourceRevisions {
  const kept = new KeptAnswers(join(buildDirectory, 'cache', 'source-revisions.json'));
  const frozen = new Map<string, KeptAnswers>();
  const frozenIn = (path: string): KeptAnswers => {
    const answers = frozen.get(path) ?? new KeptAnswers(path);
    frozen.set(path, answers);
    return answers;
  };
  const known = new Map<string, string>();
  return {
    newest(request) {
      const policy = request.value('BB_SRCREV_POLICY');
      // Not as whom: the answer is kept in a file.
      const key = `${publicRemote(addressOf(request))} ${request.reference.kind} ${request.reference.name}`;
      const anew = (): string => {
        const found = known.get(key) ?? ask(request, witness);
        known.set(key, found);
        return found;
      };
      const lock = frozenIn(request.value('SRCREV_LOCK_FILE')?.trim() ?? '');
      if (freeze && lock.path !== '') return lock.put(key, anew());
      if (policy === 'lock') {
        witness.sawFile(lock.path);
        return lock.get(key) ?? notFrozen(request, lock.path);
      }
      if (policy !== 'cache') {
        witness.askedRepository();
        return anew();
      }
      witness.sawFile(kept.path);
      return kept.put(key, known.get(key) ?? kept.get(key) ?? anew());
    },
  };
}

function addressOf(request: RevisionRequest): GitAddress {
  const [entry] = parseSrcUri(request.address);
  const address = entry && gitAddress(entry.url, entry.parameters);
  if (address === undefined) throw unknown(request, 'it is no repository of git');
  return address;
}

/** The commit as the first repository that can be reached says it. */
function ask(request: RevisionRequest, witness: RevisionWitness): string {
  const given: Record<string, string> = {};
  for (const name of variables) given[name] = request.value(name) ?? '';
  const address = addressOf(request);
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
      const what = `\`${request.reference.name}\` of \`${redactUrl(address.url)}\``;
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
      failure: redactText(run.stderr)
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

function notFrozen(request: RevisionRequest, path: string): never {
  const [entry] = parseSrcUri(request.address);
  const place = redactUrl(entry?.url ?? request.address);
  const message = `\`${path}\` holds no commit for \`${request.reference.name}\` of \`${place}\``;
  const setting = { variable: 'SRC_URI', word: entry?.word ?? request.address };
  const help = 'write the commits of today into it: `stx-bake lock update --sources`';
  throw new StxError([errorDiagnostic('missing-revision', message, { setting, help })]);
}

function unknown({ address, reference }: RevisionRequest, why: string): StxError {
  const [entry] = parseSrcUri(address);
  const name = reference.name === 'HEAD' ? 'the newest commit' : `the commit of \`${reference.name}\``;
  const message = `${name} of \`${redactUrl(entry?.url ?? address)}\` cannot be found out: ${why}`;
  const isCut = reference.kind === 'any' && /^[0-9a-f]{4,40}$/i.test(reference.name);
  const help = isCut
    ? 'write a commit in full, as 40 hexadecimal digits in lower case'
    : 'set SRCREV to a commit (40 hexadecimal digits), or name a clone that stands in by PREMIRRORS: docs/sources.md';
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

  /** Gives the commit. */
  put(key: string, commit: string): string {
    const answers = this.#read();
    if (answers[key] === commit) return commit;
    answers[key] = commit;
    mkdirSync(dirname(this.path), { recursive: true });
    const fresh = `${this.path}.${process.pid}`;
    const sorted = Object.fromEntries(Object.entries(answers).sort(([one], [other]) => compareCodePoints(one, other)));
    writeFileSync(fresh, `${JSON.stringify(sorted, null, 2)}\n`);
    renameSync(fresh, this.path);
    return commit;
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
