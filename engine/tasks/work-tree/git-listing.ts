import { execFile } from 'node:child_process';
import { lstatSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { StxError } from '../../base/stx-error.ts';
import type { SourceWitness } from '../source-witness.ts';

/** What git lists of a folder, and what decided so. */
export interface GitListing {
  /** Paths below the folder: tracked ones, and new ones that are not ignored. */
  readonly names: readonly string[];
  /** Folders in which everything is ignored. */
  readonly ignored: ReadonlySet<string>;
}

/**
 * What git lists of a folder; `undefined` when no git work tree holds it, or one that ignores the whole folder. The user's own
 * list of ignored names counts, as it does for `git status`. Throws StxError when git is not there or fails.
 */
export async function gitListing(folder: string, witness?: SourceWitness): Promise<GitListing | undefined> {
  if (!isInWorkTree(folder, witness)) return undefined;
  const call = (...args: readonly string[]) => runGit(folder, args);
  const places = await call(
    'rev-parse',
    '--is-inside-work-tree',
    '--show-cdup',
    '--absolute-git-dir',
    '--git-common-dir',
  );
  const [isInside, up = '', gitDirectory = '', common = ''] = places.output.split('\n');
  if (places.exitCode !== 0 || isInside !== 'true') return undefined;
  if (witness) await tellRules(folder, { up, gitDirectory, common }, witness);
  const listed = await call('ls-files', '-z', '--cached', '--others', '--exclude-standard');
  if (listed.exitCode !== 0) throw unreadable(folder, listed.said);
  const names = [...new Set(split(listed.output))];
  if (names.length === 0 && up !== '' && (await call('check-ignore', '--quiet', '.')).exitCode === 0) return undefined;
  const ignored = await call('ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory');
  return {
    names,
    ignored: new Set(
      split(ignored.output)
        .filter((each) => each.endsWith('/'))
        .map(withoutSlash),
    ),
  };
}

/** Whether a folder is the root of a git work tree. */
export function hasGit(folder: string): boolean {
  return lstatSync(join(folder, '.git'), { throwIfNoEntry: false }) !== undefined;
}

/** A folder `.git` changes with every call of git: its HEAD says as well that it is there. */
function isInWorkTree(folder: string, witness?: SourceWitness): boolean {
  for (let place = folder; ; place = dirname(place)) {
    const path = join(place, '.git');
    const found = lstatSync(path, { throwIfNoEntry: false });
    const told = found?.isDirectory() === true ? join(path, 'HEAD') : path;
    witness?.sawFile(told, lstatSync(told, { throwIfNoEntry: false }) !== undefined);
    if (found !== undefined) return true;
    if (place === dirname(place)) return false;
  }
}

interface Places {
  readonly up: string;
  readonly gitDirectory: string;
  readonly common: string;
}

/** The files that say what is tracked and what is ignored. */
async function tellRules(folder: string, { up, gitDirectory, common }: Places, witness: SourceWitness): Promise<void> {
  const shared = isAbsolute(common) ? common : join(folder, common);
  const excludes = await runGit(folder, ['config', '--type=path', '--get', 'core.excludesFile']);
  const home = process.env['HOME'] ?? '/';
  const settings = process.env['XDG_CONFIG_HOME'] || join(home, '.config');
  const paths = [
    ...[join(gitDirectory, 'index'), join(gitDirectory, 'config.worktree')],
    ...[join(shared, 'config'), join(shared, 'info/exclude')],
    ...[join(home, '.gitconfig'), join(settings, 'git/config'), join(settings, 'git/ignore'), '/etc/gitconfig'],
    ...split(excludes.output.replaceAll('\n', '\0')).map((each) => (isAbsolute(each) ? each : join(folder, each))),
  ];
  const root = join(folder, up);
  for (let place = folder; place !== dirname(place); place = dirname(place)) {
    paths.push(join(place, '.gitignore'));
    if (place === root.replace(/\/$/, '')) break;
  }
  for (const path of paths) witness.sawFile(path, lstatSync(path, { throwIfNoEntry: false }) !== undefined);
}

interface Ran {
  readonly exitCode: number;
  readonly output: string;
  readonly said: string;
}

/** Variables of git that lead it to another repository do not count; the user's configuration does. */
function environment(): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(([name]) => !/^GIT_(?!CONFIG_(GLOBAL|SYSTEM|NOSYSTEM)$)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' };
}

function runGit(folder: string, args: readonly string[]): Promise<Ran> {
  const fixed = ['-c', 'safe.directory=*', '-c', 'core.fsmonitor=false', '-C', folder];
  return new Promise((resolve, reject) => {
    const options = { env: environment(), maxBuffer: 1 << 30, encoding: 'utf8' } as const;
    execFile('git', [...fixed, ...args], options, (error, output, said) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ exitCode: code, output, said });
      else if (code === 'ENOENT') reject(noGit(folder));
      else reject(unreadable(folder, error?.message ?? ''));
    });
  });
}

function noGit(folder: string): StxError {
  return StxError.of('missing-host-tools', `\`git\` is needed to read the git work tree \`${folder}\``, {
    help: 'install `git`',
  });
}

function unreadable(folder: string, why: string): StxError {
  return StxError.of('unreadable-source', `git cannot read the work tree \`${folder}\`: ${why.trim()}`, {
    help: '`git status` in that folder says more',
  });
}

function split(text: string): readonly string[] {
  return text.split('\0').filter((each) => each !== '');
}

function withoutSlash(text: string): string {
  return text.replace(/\/$/, '');
}
