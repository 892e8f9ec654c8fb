import { errorDiagnostic } from '../../../base/diagnostic.ts';
import { StxError } from '../../../base/stx-error.ts';
import { isYes, type Variables } from '../sources.ts';
import type { GitSource } from './git-source.ts';
import { runGit } from './run-git.ts';

/** What came of one place where a commit was looked for. */
export interface Attempt {
  readonly url: string;
  /** Why it did not do; undefined: it answered. */
  readonly reason: string | undefined;
  readonly bytes?: number | undefined;
}

/** No place may be asked. */
export function noCandidate(source: GitSource, variables: Variables): StxError {
  const why = isYes(variables['BB_NO_NETWORK'])
    ? 'BB_NO_NETWORK is set'
    : 'BB_FETCH_PREMIRRORONLY is set and no rule of PREMIRRORS fits';
  return fetchError(
    source,
    'network-disabled',
    `commit ${source.revision} of \`${source.name}\` is not in DL_DIR, and ${why}`,
    wayOut(source, variables),
  );
}

/** No place had the commit. */
export function notFetched(source: GitSource, attempts: readonly Attempt[], variables: Variables): StxError {
  if (attempts.length === 0) return noCandidate(source, variables);
  const list = attempts.map(({ url, reason }) => `\n  ${url}: ${reason}`).join('');
  const isMissing = attempts.some(({ reason }) => reason?.startsWith('does not have the commit'));
  const message = `cannot fetch commit ${source.revision} of \`${source.name}\`${list}`;
  const help = isMissing
    ? `correct the revision, or bring a mirror that has it up to date: ${wayOut(source, variables)}`
    : wayOut(source, variables);
  return fetchError(source, isMissing ? 'revision-missing' : 'git-fetch-failed', message, help);
}

/** The commit is there, and its branch does not lead to it. */
export async function notOnBranch(
  source: GitSource,
  attempts: readonly Attempt[],
  signal: AbortSignal,
): Promise<StxError> {
  const { revision, branch, name } = source;
  const args = ['for-each-ref', '--format=%(refname:short)', `--contains=${revision}`, 'refs/heads'];
  const { output } = await runGit({ args, signal, repository: source.path });
  const others = output.split('\n').filter((each) => each !== '');
  const unreached = attempts.filter(({ reason }) => reason !== undefined && !reason.startsWith('has the commit'));
  const list = unreached.map(({ url, reason }) => `\n  ${url}: ${reason}`).join('');
  const found = others.length === 0 ? 'no branch has it' : `it is on ${others.slice(0, 5).join(', ')}`;
  const message = `commit ${revision} of \`${name}\` is not on its branch \`${branch}\`; ${found}${list}`;
  const help =
    'name the branch that has it with `;branch=`, correct the revision, or take it from anywhere with `;nobranch=1`';
  return fetchError(source, 'revision-not-on-branch', message, help);
}

/** The tag means another commit than the revision. */
export function tagElsewhere(source: GitSource): StxError {
  const message = `the tag \`${source.tag}\` of \`${source.name}\` is not there, or is not commit ${source.revision}`;
  return fetchError(source, 'revision-missing', message, 'correct the revision or `;tag=`');
}

/** What stands in for a repository that cannot be reached; SOURCE_HELP says where more is written about it. */
function wayOut({ address }: GitSource, variables: Variables): string {
  const slash = address.path.lastIndexOf('/');
  const pattern = `git://${address.host}${address.path.slice(0, slash)}/.*`;
  const rule = `PREMIRRORS = "${pattern} git:///srv/git/BASENAME;protocol=file"`;
  const more = variables['SOURCE_HELP']?.trim() || 'docs/sources.md';
  return `a bare clone stands in, made by \`git clone --mirror\` and named by ${rule}: ${more}`;
}

type GitFailureCode = 'network-disabled' | 'git-fetch-failed' | 'revision-missing' | 'revision-not-on-branch';

function fetchError({ uri }: GitSource, code: GitFailureCode, message: string, help: string): StxError {
  const setting = { variable: 'SRC_URI', word: uri.word };
  return new StxError([errorDiagnostic(code, message, { setting, help })], { origin: 'environment' });
}
