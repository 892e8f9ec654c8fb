import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const identity = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.com',
};

/** A repository with a work tree, and ways to make history in it. */
export class GitFixture {
  readonly path: string;
  #seconds = 1_700_000_000;

  constructor(path: string) {
    this.path = path;
    mkdirSync(path, { recursive: true });
    this.git('init', '--quiet', '--initial-branch=main', '.');
  }

  /** Standard output of git, without the last newline. */
  git(...args: readonly string[]): string {
    const date = `${this.#seconds} +0000`;
    const env = { PATH: process.env['PATH'], ...identity, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    const words = ['-c', 'protocol.file.allow=always', ...args];
    return execFileSync('git', words, {
      cwd: this.path,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  }

  /** Writes files and commits everything; gives the commit. */
  commit(files: Readonly<Record<string, string>>): string {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.path, name)), { recursive: true });
      writeFileSync(join(this.path, name), text);
    }
    this.#seconds += 60;
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '--message', 'change');
    return this.git('rev-parse', 'HEAD');
  }

  /** A bare clone at a path, as people make them to stand in for a server. */
  mirrorTo(path: string): void {
    rmSync(path, { recursive: true, force: true });
    this.git('clone', '--quiet', '--mirror', this.path, path);
  }
}
