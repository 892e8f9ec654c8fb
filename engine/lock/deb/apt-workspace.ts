import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LockRecord } from '../../base/lock-record.ts';
import { StxError } from '../../base/stx-error.ts';
import type { Repository } from '../lock-request.ts';

const run = promisify(execFile);

/** Signed repositories, each with a keyring that holds only the keys that are believed. */
export interface AptSetting {
  readonly sources: readonly { readonly repository: Repository; readonly keyring: string }[];
  /** The native one first. */
  readonly architectures: readonly string[];
  /** Further words of the sources file: `deb` or `deb-src`. */
  readonly kinds: readonly ('deb' | 'deb-src')[];
  /** Packages that stay at their version. */
  readonly keep: readonly LockRecord[];
}

/** Host apt with directories of its own: an ordinary user can run it, and it changes nothing on the host. */
export interface AptWorkspace {
  /** Its own folder, in which further files may be written. */
  readonly directory: string;
  /** Folder of the indexes. */
  readonly lists: string;
  /** Runs `apt-get` or `apt-config` and gives its standard output; throws StxError (`lock-failed`). */
  run(program: string, args: readonly string[]): Promise<string>;
}

/** Makes the workspace in an empty folder and reads the indexes; one that is unsigned or signed by another key is refused. */
export async function openAptWorkspace(directory: string, setting: AptSetting): Promise<AptWorkspace> {
  for (const each of ['lists/partial', 'cache/archives/partial']) {
    await mkdir(join(directory, each), { recursive: true });
  }
  const { architectures } = setting;
  await writeFile(join(directory, 'status'), '');
  await writeFile(join(directory, 'sources.list'), sourceLines(setting));
  await writeFile(join(directory, 'preferences'), pins(setting.keep));
  await writeFile(join(directory, 'apt.conf'), configuration(directory, architectures, await hostProxies()));
  const workspace: AptWorkspace = {
    directory,
    lists: join(directory, 'lists'),
    run: (program, args) => runApt(program, args, join(directory, 'apt.conf')),
  };
  await workspace.run('apt-get', ['-qq', '-o', 'APT::Update::Error-Mode=any', 'update']);
  return workspace;
}

/** One line per kind and repository, in their order: the number of a line tells the repository. */
function sourceLines({ sources, architectures, kinds }: AptSetting): string {
  const lines = kinds.flatMap((kind) =>
    sources.map(({ repository, keyring }) => {
      const options = `arch=${architectures.join(',')} signed-by=${keyring}`;
      return `${kind} [${options}] ${repository.url} ${repository.suite} ${repository.components.join(' ')}\n`;
    }),
  );
  return lines.join('');
}

function pins(keep: readonly LockRecord[]): string {
  const binary = keep.filter(({ type = 'deb' }) => type === 'deb');
  return binary
    .map(({ name, architecture, version }) => {
      const wanted = architecture === 'all' ? name : `${name}:${architecture}`;
      return `Package: ${wanted}\nPin: version ${version}\nPin-Priority: 1001\n`;
    })
    .join('\n');
}

function configuration(directory: string, architectures: readonly string[], proxies: string): string {
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
    'Dir::Etc::preferences': `${directory}/preferences`,
    'Dir::Etc::preferencesparts': '/dev/null',
    'Dir::Etc::netrc': '/etc/apt/auth.conf',
    'Dir::Etc::netrcparts': '/etc/apt/auth.conf.d',
    'APT::Architecture': architectures[0] ?? '',
    'APT::Architectures': architectures.join(','),
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
      help: 'check the mirrors, their keyrings and the names of the packages; REPOSITORIES says which are read',
    });
  }
}
