import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StxError } from '../base/stx-error.ts';

const run = promisify(execFile);

/** Which signed archive is asked; nothing in it is specific to one distribution. */
export interface AptArchive {
  /** Base URL, without `dists/`. */
  readonly mirror: string;
  readonly suite: string;
  readonly component: string;
  readonly architecture: string;
  /** Absolute path of the keyring that the archive's index must be signed with. */
  readonly keyring: string;
}

/** Host apt with directories of its own: an ordinary user can run it, and it changes nothing on the host. */
export interface AptWorkspace extends AsyncDisposable {
  /** Runs `apt-get` or `apt-config` and gives its standard output; throws StxError (`lock-failed`). */
  run(program: string, args: readonly string[]): Promise<string>;
}

/** Makes the workspace and reads the archive's index; an index that is unsigned or signed by another key is refused. */
export async function openAptWorkspace(archive: AptArchive): Promise<AptWorkspace> {
  const directory = await mkdtemp(join(tmpdir(), 'stx-lock-'));
  const dispose = () => rm(directory, { recursive: true, force: true });
  try {
    for (const each of ['lists/partial', 'cache/archives/partial']) {
      await mkdir(join(directory, each), { recursive: true });
    }
    await writeFile(join(directory, 'status'), '');
    await writeFile(join(directory, 'sources.list'), sourceLine(archive));
    await writeFile(join(directory, 'apt.conf'), configuration(directory, archive.architecture, await hostProxies()));
    const workspace: AptWorkspace = {
      run: (program, args) => runApt(program, args, join(directory, 'apt.conf')),
      [Symbol.asyncDispose]: dispose,
    };
    await workspace.run('apt-get', ['-qq', '-o', 'APT::Update::Error-Mode=any', 'update']);
    return workspace;
  } catch (error) {
    await dispose();
    throw error;
  }
}

function sourceLine(archive: AptArchive): string {
  const options = `arch=${archive.architecture} signed-by=${archive.keyring}`;
  return `deb [${options}] ${archive.mirror} ${archive.suite} ${archive.component}\n`;
}

function configuration(directory: string, architecture: string, proxies: string): string {
  const settings = {
    Dir: `${directory}/`,
    'Dir::State': directory,
    'Dir::State::Lists': `${directory}/lists`,
    'Dir::State::status': `${directory}/status`,
    'Dir::Cache': `${directory}/cache`,
    'Dir::Etc::sourcelist': `${directory}/sources.list`,
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::parts': '/dev/null',
    'Dir::Etc::main': '/dev/null',
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'Dir::Etc::netrc': '/etc/apt/auth.conf',
    'Dir::Etc::netrcparts': '/etc/apt/auth.conf.d',
    'APT::Architecture': architecture,
    'APT::Architectures': architecture,
    'APT::Install-Recommends': 'false',
    'APT::Sandbox::User': '',
    'APT::Get::AllowUnauthenticated': 'false',
    'Acquire::AllowInsecureRepositories': 'false',
    'Acquire::Languages': 'none',
    // Without this apt counts itself among the essential packages.
    'pkgCacheGen::ForceEssential': ',',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} "${value}";`);
  return `${lines.join('\n')}\n${proxies}`;
}

/** Proxy settings of the host's apt; the environment's proxies reach apt without our help. */
async function hostProxies(): Promise<string> {
  const { stdout } = await run('apt-config', ['dump']).catch(() => ({ stdout: '' }));
  return stdout
    .split('\n')
    .filter((line) => /^Acquire::https?::(?:\S*::)?(?:Proxy|CaInfo|Verify)/i.test(line))
    .map((line) => `${line}\n`)
    .join('');
}

async function runApt(program: string, args: readonly string[], config: string): Promise<string> {
  try {
    const env = { ...process.env, APT_CONFIG: config, LC_ALL: 'C.UTF-8' };
    return (await run(program, args, { env, maxBuffer: 1 << 28 })).stdout;
  } catch (error) {
    const failure = error as NodeJS.ErrnoException & { readonly stderr?: string };
    if (failure.code === 'ENOENT') {
      throw StxError.of('lock-failed', `\`${program}\` is not installed on this host`, {
        origin: 'environment',
        cause: error,
        help: 'run `stx-bake lock` on a host with apt',
      });
    }
    const said = (failure.stderr ?? '').trim() || failure.message;
    throw StxError.of('lock-failed', `\`${program} ${args.at(-1) ?? ''}\` failed: ${said}`, {
      origin: 'environment',
      cause: error,
      help: 'check the mirror, its keyring and the names of the packages',
    });
  }
}
