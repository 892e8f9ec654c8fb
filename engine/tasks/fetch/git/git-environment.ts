import { readSettings } from '../downloads.ts';
import type { Variables } from '../sources.ts';

/** Variables of git that say how servers are reached; all others of a calling git would lead it astray. */
const kept =
  /^GIT_(SSH|SSH_COMMAND|ASKPASS|PROXY_COMMAND|SSL_\w+|HTTP_\w+|CONFIG_GLOBAL|CONFIG_SYSTEM|CONFIG_NOSYSTEM)$/;

/** The environment of a call of git; with `network` that of one which reaches servers, where the user's configuration counts. */
export function gitEnvironment(network: Variables | undefined): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && (!name.startsWith('GIT_') || kept.test(name))) environment[name] = value;
  }
  Object.assign(environment, { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_LFS_SKIP_SMUDGE: '1' });
  if (network === undefined) return { ...environment, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  environment['GIT_SSH_COMMAND'] ??= 'ssh -o BatchMode=yes';
  const { proxies } = readSettings(network);
  const named = { http_proxy: proxies?.http, https_proxy: proxies?.https, no_proxy: proxies?.none };
  for (const [name, value] of Object.entries(named)) if (value !== undefined) environment[name] = value;
  return environment;
}
