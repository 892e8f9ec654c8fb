import { execFileSync } from 'node:child_process';
import { availableParallelism, hostname, machine, release, type, version } from 'node:os';
import type { FileReader } from '../base/file-reader.ts';
import { readAptSources } from '../host/apt-sources.ts';
import type { HostFacts } from '../python/engine-host.ts';

/** What the configuration may know of the host; none of it enters a signature. */
export interface HostVariables {
  readonly variables: Readonly<Record<string, string>>;
  readonly flags: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * HOST_CPU_COUNT; HOST_ARCH, the architecture in GNU's words; HOST_APT_SOURCE[suite], the base URL from which the host's apt
 * takes a suite; HOST_PROXY[http] and HOST_PROXY[https], the proxies that apt is configured with.
 */
export function readHostVariables(files: FileReader): HostVariables {
  return {
    variables: { HOST_CPU_COUNT: String(availableParallelism()), HOST_ARCH: machine() },
    flags: { HOST_APT_SOURCE: Object.fromEntries(readAptSources(files)), HOST_PROXY: aptProxies(files) },
  };
}

/** Asks apt-config only when a configuration file mentions a proxy: starting it takes longer than reading the files. */
function aptProxies(files: FileReader): Readonly<Record<string, string>> {
  const folder = '/etc/apt/apt.conf.d';
  const paths = ['/etc/apt/apt.conf', ...files.list(folder).map((name) => `${folder}/${name}`)];
  if (!paths.some((path) => /proxy/i.test(files.readText(path) ?? ''))) return {};
  const dump = runAptConfig();
  const proxies: Record<string, string> = {};
  for (const scheme of ['http', 'https']) {
    const value = new RegExp(`^Acquire::${scheme}::Proxy "([^"]+)";`, 'im').exec(dump)?.[1];
    if (value !== undefined && value !== 'DIRECT') proxies[scheme] = value;
  }
  return proxies;
}

function runAptConfig(): string {
  try {
    return execFileSync('apt-config', ['dump'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}

/** What Python code in metadata is told about this machine and the moment. */
export function readHostFacts(): HostFacts {
  return {
    processors: availableParallelism(),
    now: Math.floor(Date.now() / 1000),
    processId: process.pid,
    userId: process.getuid?.(),
    groupId: process.getgid?.(),
    uname: [type(), hostname(), release(), version(), machine()],
  };
}
