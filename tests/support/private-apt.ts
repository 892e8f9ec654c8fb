import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The host's apt over one flat repository, with all its folders below `directory` and nothing of the host's settings. */
export function privateApt(directory: string, repository: string): (...command: string[]) => string {
  const base = join(directory, 'apt');
  for (const name of ['state/lists/partial', 'cache/archives/partial', 'etc/preferences.d', 'etc/sources.list.d']) {
    mkdirSync(join(base, name), { recursive: true });
  }
  writeFileSync(join(base, 'status'), '');
  writeFileSync(join(base, 'etc/sources.list'), `deb [trusted=yes] copy:${repository} ./\n`);
  writeFileSync(
    join(base, 'apt.conf'),
    [
      `Dir "/";`,
      `Dir::State "${base}/state";`,
      `Dir::State::status "${base}/status";`,
      `Dir::Cache "${base}/cache";`,
      `Dir::Etc "${base}/etc";`,
      `Dir::Etc::parts "/nonexistent";`,
      'APT::Sandbox::User "";',
      'Debug::NoLocking "true";',
      'APT::Architecture "amd64";',
    ].join('\n'),
  );
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', APT_CONFIG: join(base, 'apt.conf') };
  return (command = '', ...args) =>
    execFileSync(command, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
