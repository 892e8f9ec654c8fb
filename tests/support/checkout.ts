import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { processesOf } from './after-kill.ts';

/** The checkout that the tests run in. */
export const projectRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** How a call of the launcher ended. */
export interface LauncherRun {
  readonly status: number;
  readonly output: string;
  readonly ran: readonly string[];
  readonly restored: readonly string[];
  readonly seconds: number;
}

/**
 * A copy of this checkout (what git knows and what is new) in another folder, with a home of
 * its own; with the installed npm packages unless the launcher is to install them; optionally owned and used by another
 * user.
 */
export class Checkout {
  readonly path: string;
  readonly #user: string | undefined;

  constructor(
    parent: string,
    options: { readonly user?: string | undefined; readonly withoutPackages?: boolean } = {},
  ) {
    this.path = join(parent, 'checkout');
    this.#user = options.user;
    mkdirSync(this.path, { recursive: true });
    mkdirSync(join(parent, 'home'));
    const list = 'git ls-files -z --cached --others --exclude-standard';
    const copy = `${list} | tar --null --files-from=- --create --ignore-failed-read --file=- | tar -x -C "$1"`;
    execFileSync('sh', ['-c', copy, 'sh', this.path], { cwd: projectRoot, stdio: ['ignore', 'ignore', 'ignore'] });
    if (!options.withoutPackages) execFileSync('cp', ['-a', 'node_modules', `${this.path}/`], { cwd: projectRoot });
    if (this.#user !== undefined) execFileSync('chown', ['-R', this.#user, parent]);
  }

  /** Writes build/conf/local.conf as the launcher would, with more lines at its end. */
  configure(lines: readonly string[]): void {
    const template = readFileSync(join(this.path, 'conf/templates/local.conf'), 'utf8');
    mkdirSync(join(this.path, 'build/conf'), { recursive: true });
    writeFileSync(join(this.path, 'build/conf/local.conf'), `${template}${lines.join('\n')}\n`);
    if (this.#user !== undefined) execFileSync('chown', ['-R', this.#user, join(this.path, 'build')]);
  }

  /** Runs ./stx-bake from the folder above the checkout, with an empty home, and with this umask and TMPDIR where given. */
  bake(args: readonly string[], how: { readonly umask?: string; readonly temporary?: string } = {}): LauncherRun {
    const started = performance.now();
    const home = join(this.path, '../home');
    const temporary = how.temporary === undefined ? [] : [`TMPDIR=${how.temporary}`];
    const environment = ['env', '-i', `HOME=${home}`, `PATH=${systemPath()}`, 'NO_COLOR=1', ...temporary, ...proxies()];
    const command = [...environment, join(this.path, 'stx-bake'), ...args];
    const words = this.#user === undefined ? command : ['setpriv', ...asUser(this.#user), '--', ...command];
    const script = `exec 2>&1; umask ${how.umask ?? '022'}; "$@"; echo "exit status $?"`;
    const output = execFileSync('sh', ['-c', script, 'sh', ...words], {
      cwd: join(this.path, '..'),
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    const status = Number(/exit status (\d+)\n$/.exec(output)?.[1] ?? -1);
    const lines = [...output.matchAll(/^ {2}start {2}(\S+) \((.*)\)$/gm)];
    const seconds = (performance.now() - started) / 1000;
    const of = (isRestore: boolean) =>
      lines.filter((line) => (line[2] === 'restoring') === isRestore).map((line) => line[1] ?? '');
    return { status, output, ran: of(false), restored: of(true), seconds };
  }

  /**
   * Starts ./stx-bake, waits until it has said `text` and a process of the checkout that runs `program` is there, and
   * sends the signal to the engine alone. Gives the exit code (`null` after SIGKILL).
   */
  async killDuring(args: readonly string[], moment: { text: string; program: string; signal: NodeJS.Signals }) {
    const child = spawn(join(this.path, 'stx-bake'), [...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const isReached = (): boolean =>
      output.includes(moment.text) && processesOf(this).some((line) => line.includes(moment.program));
    while (!isReached()) {
      if (child.exitCode !== null) throw new Error(`ended before ${moment.program} of ${moment.text} ran:\n${output}`);
      await setTimeout(10);
    }
    child.kill(moment.signal);
    return ended;
  }

  /** Removes everything, root file systems of other ids included. */
  remove(): void {
    const parent = join(this.path, '..');
    if (process.getuid?.() !== 0 && existsSync(parent)) {
      execFileSync('unshare', ['--user', '--map-auto', '--map-root-user', 'rm', '-rf', this.path]);
    }
    rmSync(parent, { recursive: true, force: true });
  }
}

/** PATH without the pinned Node of npm's scripts: the launcher has to find it by itself. */
function systemPath(): string {
  const folders = (process.env['PATH'] ?? '').split(':').filter((folder) => !folder.includes('node_modules'));
  return folders.join(':');
}

function proxies(): readonly string[] {
  return Object.entries(process.env).flatMap(([name, value]) =>
    /^(https?|no)_proxy$/i.test(name) ? [`${name}=${value}`] : [],
  );
}

function asUser(user: string): readonly string[] {
  return [`--reuid=${user}`, `--regid=${user}`, '--clear-groups'];
}
