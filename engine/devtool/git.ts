import { execFile } from 'node:child_process';
import { StxError } from '../base/stx-error.ts';

/** How a call of git ended. */
export interface GitResult {
  readonly exitCode: number;
  readonly output: string;
  readonly said: string;
}

/** What a call of git gets besides its arguments. */
export interface GitOptions {
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Standard input. */
  readonly input?: string | undefined;
}

// Commits of ours do not start editors, hooks or signing; names that the user has not set are made up.
const fixed = ['advice.detachedHead=false', 'core.hooksPath=/dev/null', 'commit.gpgSign=false', 'tag.gpgSign=false'];
const untrusted = ['safe.directory=*', 'core.fsmonitor=false', 'core.quotePath=false'];

/** Runs git in a folder, with the user's configuration; the caller judges the exit code. Rejects with StxError when there is no git. */
export function tryGit(folder: string, args: readonly string[], options: GitOptions = {}): Promise<GitResult> {
  const settings = [...fixed, ...untrusted].flatMap((each) => ['-c', each]);
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^GIT_(?!CONFIG_|SSH|ASKPASS|PROXY|SSL|HTTP)/.test(name),
  );
  const environment = { ...Object.fromEntries(kept), LC_ALL: 'C', GIT_EDITOR: 'true', GIT_TERMINAL_PROMPT: '0' };
  return new Promise((resolve, reject) => {
    const child = execFile(
      'git',
      ['-C', folder, ...settings, ...args],
      { env: { ...environment, ...options.environment }, maxBuffer: 1 << 30, encoding: 'utf8' },
      (error, output, said) => {
        const code = error === null ? 0 : error.code;
        if (typeof code === 'number') resolve({ exitCode: code, output, said });
        else reject(StxError.of('missing-host-tools', '`git` is needed for work trees', { help: 'install `git`' }));
      },
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
  });
}

/** The same for a call that must succeed: its output without the last newline. Rejects with StxError `git-failed`. */
export async function git(folder: string, args: readonly string[], options: GitOptions = {}): Promise<string> {
  const { exitCode, output, said } = await tryGit(folder, args, options);
  if (exitCode === 0) return output.replace(/\n$/, '');
  throw StxError.of('git-failed', `\`git ${args.slice(0, 2).join(' ')}\` failed in \`${folder}\`: ${lastLines(said)}`, {
    help: '`git status` in that folder says more',
  });
}

/** Who makes a commit, and when (seconds since the epoch). */
export interface CommitIdentity {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

/** Environment for commits that do not depend on who makes them. */
export function commitEnvironment(author: CommitIdentity, epoch: string): Readonly<Record<string, string>> {
  return {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: author.date,
    GIT_COMMITTER_NAME: engineName,
    GIT_COMMITTER_EMAIL: engineMail,
    GIT_COMMITTER_DATE: `${epoch} +0000`,
  };
}

/** Who commits what was no commit before. */
export const engineName = 'stx-bake';
/** The address of `engineName`. */
export const engineMail = 'devtool@localhost';

/** What is committed as it was unpacked, and commits that are moved, need a name even where the user has set none. */
export async function userEnvironment(folder: string): Promise<Readonly<Record<string, string>>> {
  const known = await tryGit(folder, ['config', '--get', 'user.email']);
  if (known.exitCode === 0 || process.env['EMAIL']) return {};
  return { GIT_COMMITTER_NAME: engineName, GIT_COMMITTER_EMAIL: engineMail };
}

/** Files that are changed, new or in conflict in a work tree, relative to its root. */
export async function dirtyFiles(folder: string): Promise<readonly string[]> {
  const status = await git(folder, ['status', '--porcelain', '-z', '--untracked-files=all', '--no-renames']);
  return status
    .split('\0')
    .filter((each) => each !== '')
    .map((each) => each.slice(3));
}

function lastLines(said: string): string {
  return said
    .split('\n')
    .map((line) => line.replace(/^(fatal|error): /, '').trim())
    .filter((line) => line !== '' && !line.startsWith('hint:'))
    .slice(0, 4)
    .join('; ');
}
