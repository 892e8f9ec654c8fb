import { valueError } from '../values/python-error.ts';

/** The parts of an address as recipes write it; parameters come after `;`. */
export interface Url {
  scheme: string;
  userinfo: string;
  hostname: string;
  port: number | undefined;
  path: string;
  params: Map<string, string | null>;
  query: Map<string, string | null>;
  relative: boolean;
}

/** An address without any part. */
export function emptyUrl(): Url {
  return {
    ...{ scheme: '', userinfo: '', hostname: '', port: undefined, path: '', relative: false },
    ...{ params: new Map(), query: new Map() },
  };
}

/** Reads an address. `file://a` names a relative path. Throws ValueError. BitBake: fetch2.URI. */
export function parseUrl(text: string): Url {
  const url = emptyUrl();
  if (text === '') return url;
  const semicolon = text.indexOf(';');
  const parameters = semicolon === -1 ? '' : text.slice(semicolon + 1);
  let address = semicolon === -1 ? text : text.slice(0, semicolon);
  url.scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(address)?.[1]?.toLowerCase() ?? '';
  if (url.scheme === 'file') address = address.replace(/:\/\/(?!\/)/, ':');
  const parts = splitAddress(url.scheme === '' ? address : address.slice(url.scheme.length + 1));
  url.relative = ['file', 'git'].includes(url.scheme) && /^\w+:(?!\/\/)/.test(address);
  if (!url.relative) readAuthority(url, parts.authority);
  setPath(url, unquote(parts.path));
  url.params = splitPairs(parameters, ';');
  url.query = splitPairs(parts.query, '&');
  return url;
}

function splitAddress(rest: string): { readonly authority: string; readonly path: string; readonly query: string } {
  const match = /^(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?/.exec(rest);
  return { authority: match?.[1] ?? '', path: match?.[2] ?? '', query: match?.[3] ?? '' };
}

function readAuthority(url: Url, authority: string): void {
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  const [, name = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(host) ?? [];
  url.hostname = name.replace(/^\[|\]$/g, '').toLowerCase();
  if (port !== undefined && port !== '') {
    if (!/^\d+$/.test(port)) throw valueError(`Port could not be cast to integer value as '${port}'`);
    if (Number(port) > 65_535) throw valueError('Port out of range 0-65535');
    url.port = Number(port);
  }
  if (at === -1) return;
  const info = authority.slice(0, at);
  const colon = info.indexOf(':');
  const password = colon === -1 ? '' : info.slice(colon + 1);
  url.userinfo = (colon === -1 ? info : info.slice(0, colon)) + (password === '' ? '' : `:${password}`);
}

/** A path makes an address relative when it does not begin with `/`. */
export function setPath(url: Url, path: string): void {
  url.path = path;
  url.relative = path !== '' && !path.startsWith('/');
}

function splitPairs(text: string, separator: string): Map<string, string | null> {
  const pairs = new Map<string, string | null>();
  for (const part of text.split(separator)) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    pairs.set(equals === -1 ? part : part.slice(0, equals), equals === -1 ? null : part.slice(equals + 1));
  }
  return pairs;
}

/** Host and port, as an address holds them. */
export function hostAndPort({ hostname, port }: Url): string {
  return port ? `${hostname}:${port}` : hostname;
}

/** The name before the colon of the user part, and what comes after it. */
export function userAndPassword({ userinfo }: Url): readonly [user: string, password: string] {
  const colon = userinfo.indexOf(':');
  return colon === -1 ? [userinfo, ''] : [userinfo.slice(0, colon), userinfo.slice(colon + 1)];
}

/** The text of an address. */
export function urlText(url: Url): string {
  const user = url.userinfo === '' ? '' : `${url.userinfo}@`;
  const query = [...url.query].map(([key, value]) => (value ? `${key}=${value}` : key)).join('&');
  const params = [...url.params].map(([key, value]) => `${key}=${value ?? ''}`).join(';');
  const tail = (query === '' ? '' : `?${query}`) + (params === '' ? '' : `;${params}`);
  return `${url.scheme}:${url.relative ? '' : '//'}${user}${hostAndPort(url)}${quote(url.path)}${tail}`;
}

/** `urllib.parse.quote`. */
export function quote(text: string, safe = '/'): string {
  const kept = new Set([...safe]);
  return Array.from(new TextEncoder().encode(text), (byte) => {
    const char = String.fromCharCode(byte);
    const plain = byte < 128 && (/[\w.~-]/.test(char) || kept.has(char));
    return plain ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

/** `urllib.parse.unquote`. */
export function unquote(text: string): string {
  return text.replace(/(?:%[\da-fA-F]{2})+/g, (run) =>
    new TextDecoder().decode(Uint8Array.from(run.slice(1).split('%'), (each) => Number.parseInt(each, 16))),
  );
}
