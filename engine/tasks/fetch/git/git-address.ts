import { redactUrl } from '../../../base/redact.ts';
import { StxError } from '../../../base/stx-error.ts';

/** Where a git repository lies. */
export interface GitAddress {
  /** As the programs of git take it. */
  readonly remote: string;
  /** As SRC_URI and the rules of mirrors name it: `git://HOST/PATH`. */
  readonly url: string;
  readonly protocol: GitProtocol;
  readonly user: string;
  /** With its port. */
  readonly host: string;
  readonly path: string;
}

/** The address as a clone may keep it: without what only its owner may know. Of `ssh` the user is part of the address. */
export function publicRemote({ protocol, user, host, path }: GitAddress): string {
  const name = protocol === 'ssh' ? user.replace(/:.*$/, '') : '';
  return `${protocol}://${name === '' ? '' : `${name}@`}${host}${path}`;
}

/** What git speaks with a repository. */
export type GitProtocol = (typeof protocols)[number];

const protocols = ['git', 'file', 'ssh', 'http', 'https'] as const;

/**
 * The address that `git://[USER@]HOST/PATH` with the parameters `protocol` and `user` stands for; undefined for another
 * scheme. Throws StxError for a protocol that git does not know. BitBake: fetch2/git.py, urldata_init.
 */
export function gitAddress(url: string, parameters: ReadonlyMap<string, string>): GitAddress | undefined {
  const match = /^git(?:sm)?:\/\/(?:([^/@]*)@)?([^/]*)(\/.*)?$/.exec(url);
  if (match === null) return undefined;
  const [, inUrl = '', host = '', path = ''] = match;
  const user = parameters.get('user') ?? inUrl;
  const given = parameters.get('protocol') ?? (host === '' ? 'file' : 'git');
  const protocol = protocols.find((each) => each === given);
  if (protocol === undefined || path === '' || path === '/') {
    const why = protocol === undefined ? `the protocol \`${given}\`` : 'no path';
    throw StxError.of('bad-source-uri', `\`${redactUrl(url)}\` has ${why}`, {
      setting: { variable: 'SRC_URI', word: url },
      help: `a repository is \`git://HOST/PATH;protocol=P;branch=B\` with one of the protocols ${protocols.join(', ')}`,
    });
  }
  return makeAddress({ protocol, user, host, path });
}

/** The address that a URL of git itself stands for, as `.gitmodules` has it: also `USER@HOST:PATH`, and relative to `base`. */
export function nativeAddress(text: string, base: GitAddress): GitAddress | undefined {
  if (/^\.\.?(\/|$)/.test(text)) {
    const path = new URL(`${base.path.replace(/\/$/, '')}/${text}`, 'file:///').pathname;
    return makeAddress({ ...base, path: decodeURI(path) });
  }
  if (text.startsWith('/')) return makeAddress({ protocol: 'file', user: '', host: '', path: text });
  const url = /^([a-z+]+):\/\/(?:([^/@]*)@)?([^/]*)(\/.*)$/.exec(text);
  const scp = url === null ? /^(?:([^/@:]+)@)?([^/:]+):(.+)$/.exec(text) : null;
  const protocol = scp === null ? protocols.find((each) => each === url?.[1]) : 'ssh';
  const [user = '', host = '', path = ''] = (url?.slice(2) ?? scp?.slice(1) ?? []) as readonly (string | undefined)[];
  if (protocol === undefined || path === '') return undefined;
  return makeAddress({ protocol, user, host, path: path.startsWith('/') ? path : `/${path}` });
}

function makeAddress(parts: Pick<GitAddress, 'protocol' | 'user' | 'host' | 'path'>): GitAddress {
  const { protocol, host, path } = parts;
  const user = parts.user === '' || protocol === 'file' ? '' : `${parts.user}@`;
  return { ...parts, remote: `${protocol}://${user}${host}${path}`, url: `git://${user}${host}${path}` };
}
