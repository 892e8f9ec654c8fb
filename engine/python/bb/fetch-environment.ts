import type { Datastore } from '../../datastore/datastore.ts';

/** Variables that programs which download are given. */
const names = [
  ...['HOME', 'PATH', 'HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'FTP_PROXY', 'ftp_proxy', 'FTPS_PROXY'],
  ...[
    'ftps_proxy',
    'NO_PROXY',
    'no_proxy',
    'ALL_PROXY',
    'all_proxy',
    'GIT_CONFIG_GLOBAL',
    'GIT_PROXY_COMMAND',
    'GIT_SSH',
  ],
  ...['GIT_SSH_COMMAND', 'GIT_SSL_CAINFO', 'GIT_SMART_HTTP', 'SSH_AUTH_SOCK', 'SSH_AGENT_PID', 'SOCKS5_USER'],
  ...['SOCKS5_PASSWD', 'DBUS_SESSION_BUS_ADDRESS', 'P4CONFIG', 'SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS', 'AWS_PROFILE'],
  ...['AWS_SHARED_CREDENTIALS_FILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_ROLE_ARN'],
  ...['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_DEFAULT_REGION', 'AWS_SESSION_TOKEN', 'GIT_CACHE_PATH'],
  ...['REMOTE_CONTAINERS_IPC', 'GITHUB_TOKEN', 'SSL_CERT_DIR'],
];

/** The environment of programs that download, as far as variables give it. BitBake: fetch2.get_fetcher_environment. */
export function fetcherEnvironment(datastore: Datastore): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const name of names) {
    const value = datastore.get(name);
    if (value) found.set(name, value);
  }
  return found;
}

/** `bb.fetch2.FETCH_EXPORT_VARS`. */
export const fetcherVariables: readonly string[] = names;
