import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BootSession } from './boot-session.ts';
import { projectRoot } from './checkout.ts';

/** How a call of stx-bake ended. */
export interface BakeRun {
  readonly status: number | null;
  readonly output: string;
  /** Tasks that were started: `mc:NAME:recipe:do_task`. */
  readonly ran: readonly string[];
}

/** One statement about one system, proved by a command. */
export interface Cell {
  /** `debian`; `all` for what concerns several. */
  readonly system: string;
  /** `packages`, `feed`, `build root`, `image`, `boots std`, `boots rt`, `container`, ... */
  readonly what: string;
  /** What a reader types to see it. */
  readonly command: string;
  /** Throws when it does not hold; gives what a reader should know besides. */
  run(world: AllOsWorld): Promise<string | undefined>;
}

/** The cells of one thing: `module` of a file in tests/all-os. */
export interface AllOsModule {
  /** Told behind each of its cells: that vendor packages come from a stand-in, for example. */
  readonly about?: string;
  /** What the cells need; when it throws, all of them have failed. */
  prepare?(world: AllOsWorld): Promise<void>;
  readonly cells: readonly Cell[];
}

const ownLock = 'locks/bookworm-amd64.lock';

/** One build directory for all modules: what one has built, others find. */
export class AllOsWorld {
  readonly path: string;
  /** In configuration: the fingerprint of the key that signs stand-ins of repositories. */
  readonly key = '${STANDIN_KEY}';

  /** `folder` keeps downloads and results for the next time; DL_DIR and SSTATE_DIR may name others. */
  constructor(folder: string) {
    this.path = join(folder, 'build');
    mkdirSync(join(this.path, 'conf/multiconfig'), { recursive: true });
    this.#write('conf/bblayers.conf', layersText());
    this.#write('conf/local.conf', [
      'MACHINE ?= "x86-64"',
      'DISTRO ?= "debian"',
      'EXTRA_IMAGE_FEATURES ?= "serial-autologin"',
      `DL_DIR = "${process.env['DL_DIR'] ?? join(folder, 'downloads')}"`,
      `SSTATE_DIR = "${process.env['SSTATE_DIR'] ?? join(folder, 'sstate-cache')}"`,
      '# Of the default system a lock of our own: what the projects of the tests are built with is added to it.',
      `LOCK_FILE ?= "\${@'\${TOPDIR}/${ownLock}' if '\${DISTRO}-\${DISTRO_CODENAME}-\${DISTRO_TARGET_ARCH}' == 'debian-bookworm-amd64' else '\${DISTRO_LAYER}/locks/\${DISTRO_CODENAME}-\${DISTRO_TARGET_ARCH}.lock'}"`,
      '# The key of the tests signs our feeds, too.',
      'FEED_KEY_FILE = "${STANDIN_KEY_FILE}"',
      'FEED_SIGNING_KEY = "${STANDIN_KEY}"',
    ]);
  }

  /** Begins with the checkout's lock. */
  copyLock(): void {
    mkdirSync(this.file('locks'), { recursive: true });
    copyFileSync(join(projectRoot, 'meta-debian/locks/bookworm-amd64.lock'), this.file(ownLock));
  }

  /** Locks what the projects of the tests are built with; what is locked already stays as it is. */
  async prepare(): Promise<void> {
    this.copyLock();
    await this.bake(['lock', 'add', 'gauged']);
  }

  /** A file of the build directory. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** What the configuration of a system says in this build directory besides its layer: conf/multiconfig/NAME.conf. */
  configure(name: string, lines: readonly string[]): void {
    this.#write(`conf/multiconfig/${name}.conf`, lines);
  }

  /** Whether `configure` wrote something for a system, now or in an earlier run. */
  isConfigured(name: string): boolean {
    return existsSync(this.file(`conf/multiconfig/${name}.conf`));
  }

  /** What `configure` wrote. */
  configuration(name: string): string {
    return readFileSync(this.file(`conf/multiconfig/${name}.conf`), 'utf8').trimEnd();
  }

  /** Lets one more layer take part. */
  addLayer(path: string): void {
    const file = this.file('conf/bblayers.conf');
    const text = readFileSync(file, 'utf8');
    if (!text.includes(`"${path}"`)) writeFileSync(file, `${text}BBLAYERS += "${path}"\n`);
  }

  /** The layer of this name is taken from another folder from now on. */
  replaceLayer(name: string, path: string): void {
    const file = this.file('conf/bblayers.conf');
    const lines = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => !line.endsWith(`/${name}"`));
    writeFileSync(file, lines.join('\n'));
    this.addLayer(path);
  }

  /** Calls stx-bake; throws with the end of its output when it ends with another status than `status`. */
  async bake(args: readonly string[], status = 0): Promise<BakeRun> {
    const command = [join(projectRoot, 'stx-bake'), '--build-dir', this.path, ...args];
    const child = spawn('sh', ['-c', 'exec 2>&1; exec "$@"', 'sh', ...command], {
      cwd: projectRoot,
      env: { ...process.env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    const ended = await new Promise<number | null>((resolve) => child.on('close', resolve));
    if (ended !== status) throw new Error(`stx-bake ${args.join(' ')} ended with ${ended}:\n${output.slice(-3000)}`);
    const starts = output.matchAll(/^ {2}start {2}(\S+) \((.*)\)$/gm);
    const ran = [...starts].flatMap(([, task = '', how]) => (how === 'restoring' ? [] : [task]));
    return { status: ended, output, ran };
  }

  /** Boots an image; its prompt is awaited by whoever uses it. */
  boot(args: readonly string[]): BootSession {
    const words = ['--build-dir', this.path, ...args];
    return new BootSession(join(projectRoot, 'stx-bake'), words);
  }

  #write(name: string, text: string | readonly string[]): void {
    writeFileSync(this.file(name), typeof text === 'string' ? text : `${text.join('\n')}\n`);
  }
}

function layersText(): string {
  const template = readFileSync(join(projectRoot, 'conf/templates/bblayers.conf'), 'utf8');
  const fixtures = ['meta-flock-like', 'meta-standin'].map((name) => join(projectRoot, 'tests/fixtures/layers', name));
  return `${template.replaceAll('##STX_DIR##', projectRoot)}${fixtures.map((path) => `BBLAYERS += "${path}"\n`).join('')}`;
}
