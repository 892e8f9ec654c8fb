import { PythonBytes } from '../values/bytes.ts';
import { NativeFunction, native } from '../values/native.ts';
import { NativeMethod, Property, type PythonClass } from '../values/python-class.ts';
import { valueError } from '../values/python-error.ts';
import { toText } from '../values/represent.ts';
import { textOf } from '../values/text-methods.ts';
import { iterate, PythonDict, PythonList, PythonModule, PythonTuple, type Value } from '../values/value.ts';
import { namedTupleClass } from './named-tuple.ts';

/** `urllib.parse` inside of `urllib`. */
export function urllibModule(): PythonModule {
  const parse = new PythonModule('urllib.parse', {
    quote: native('quote', 'string safe?', (text = null, safe = '/') => quote(text, textOf(safe))),
    quote_plus: native('quote_plus', 'string safe?', (text = null, safe = '') =>
      quote(text, `${textOf(safe)} `).replaceAll(' ', '+'),
    ),
    unquote: native('unquote', 'string', (text) => unquote(textOf(text))),
    unquote_plus: native('unquote_plus', 'string', (text) => unquote(textOf(text).replaceAll('+', ' '))),
    urlparse: native('urlparse', 'url scheme?', (url, scheme = '') => parsed(textOf(url), textOf(scheme))),
    urlsplit: native('urlsplit', 'url scheme?', (url, scheme = '') => split(textOf(url), textOf(scheme))),
    urlunparse: native('urlunparse', 'components', (parts = null) => joined([...iterate(parts)].map(toText))),
    urlunsplit: native('urlunsplit', 'components', (parts = null) => {
      const [scheme = '', host = '', path = '', query = '', fragment = ''] = [...iterate(parts)].map(toText);
      return joined([scheme, host, path, '', query, fragment]);
    }),
    urlencode: new NativeFunction('urlencode', ({ positional: [query = null] }) => encodeQuery(query)),
    parse_qs: native('parse_qs', 'qs', (text) => {
      const result = new PythonDict();
      for (const [key, value] of queryPairs(textOf(text))) {
        const known = result.get(key);
        if (known instanceof PythonList) known.items.push(value);
        else result.set(key, new PythonList([value]));
      }
      return result;
    }),
    parse_qsl: native(
      'parse_qsl',
      'qs',
      (text) => new PythonList(queryPairs(textOf(text)).map((pair) => new PythonTuple(pair))),
    ),
    urljoin: native('urljoin', 'base url', (base, url) => joinUrls(textOf(base), textOf(url))),
  });
  return new PythonModule('urllib', { parse });
}

function quote(value: Value, safe: string): string {
  const bytes = value instanceof PythonBytes ? value.toBuffer() : Buffer.from(textOf(value), 'utf8');
  let result = '';
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    const keep = byte < 0x80 && (/[\w.~-]/.test(char) || safe.includes(char));
    result += keep ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return result;
}

function unquote(text: string): string {
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
}

const parseResult = withHostParts(
  namedTupleClass('ParseResult', ['scheme', 'netloc', 'path', 'params', 'query', 'fragment'], []),
);
const splitResult = withHostParts(
  namedTupleClass('SplitResult', ['scheme', 'netloc', 'path', 'query', 'fragment'], []),
);

interface UrlParts {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

function parts(url: string, missing: string): UrlParts {
  const [, scheme, rest = ''] = /^(?:([A-Za-z][\w+.-]*):)?([\s\S]*)$/.exec(url) ?? [];
  const [, host = '', tail = ''] = /^(?:\/\/([^/?#]*))?([\s\S]*)$/.exec(rest) ?? [];
  if (host.includes('[') !== host.includes(']')) throw valueError('Invalid IPv6 URL');
  const [, path = '', query = '', fragment = ''] = /^([^?#]*)(?:\?([^#]*))?(?:#([\s\S]*))?$/.exec(tail) ?? [];
  return { scheme: scheme?.toLowerCase() ?? missing, host, path, query, fragment };
}

/** Host name, port, user and password, which are computed from `netloc`, and the address as a whole. */
function withHostParts(cls: PythonClass): PythonClass {
  const part = (name: string, read: (host: string) => Value): void => {
    const getter = new NativeFunction(name, ({ positional: [self = null] }) => {
      return read(self instanceof PythonTuple ? toText(self.items[1] ?? '') : '');
    });
    cls.members.set(name, new Property(getter));
  };
  const place = (host: string): string => host.slice(host.lastIndexOf('@') + 1);
  const user = (host: string): string | undefined =>
    host.includes('@') ? host.slice(0, host.lastIndexOf('@')) : undefined;
  part(
    'hostname',
    (host) => (/^(\[.*\]|[^:]*)/.exec(place(host))?.[1] ?? '').replace(/^\[|\]$/g, '').toLowerCase() || null,
  );
  part('port', (host) => {
    const port = /:(\d+)$/.exec(place(host))?.[1];
    return port === undefined ? null : BigInt(port);
  });
  part('username', (host) => user(host)?.split(':')[0] ?? null);
  part('password', (host) => /:(.*)$/.exec(user(host) ?? '')?.[1] ?? null);
  cls.members.set('geturl', new NativeMethod('geturl', (self) => joinedOf(self)));
  return cls;
}

function joinedOf(value: Value): string {
  const items = value instanceof PythonTuple ? value.items.map(toText) : [];
  if (items.length === 6) return joined(items);
  const [scheme = '', host = '', path = '', query = '', fragment = ''] = items;
  return joined([scheme, host, path, '', query, fragment]);
}

function split(url: string, missing: string): Value {
  const { scheme, host, path, query, fragment } = parts(url, missing);
  return splitResult.call({ positional: [scheme, host, path, query, fragment], keywords: new Map() });
}

function parsed(url: string, missing: string): Value {
  const { scheme, host, path, query, fragment } = parts(url, missing);
  const known = ['', 'ftp', 'hdl', 'http', 'https', 'imap', 'mms', 'prospero', 'rtsp', 'shttp', 'sip', 'sips', 'tel'];
  const last = path.lastIndexOf('/') + 1;
  const semicolon = known.includes(scheme) ? path.indexOf(';', last) : -1;
  const [plain, params] = semicolon === -1 ? [path, ''] : [path.slice(0, semicolon), path.slice(semicolon + 1)];
  return parseResult.call({ positional: [scheme, host, plain, params, query, fragment], keywords: new Map() });
}

function joined([
  scheme = '',
  host = '',
  path = '',
  params = '',
  query = '',
  fragment = '',
]: readonly string[]): string {
  let url = params === '' ? path : `${path};${params}`;
  if (host !== '' || url.startsWith('//')) url = `//${host}${url !== '' && !url.startsWith('/') ? '/' : ''}${url}`;
  if (scheme !== '') url = `${scheme}:${url}`;
  if (query !== '') url += `?${query}`;
  return fragment === '' ? url : `${url}#${fragment}`;
}

function encodeQuery(query: Value): string {
  const pairs = query instanceof PythonDict ? query.entries() : [...iterate(query)].map((each) => [...iterate(each)]);
  const plus = (value: Value): string => quote(toText(value), ' ').replaceAll(' ', '+');
  return pairs.map(([key = null, value = null]) => `${plus(key)}=${plus(value)}`).join('&');
}

function queryPairs(text: string): (readonly [string, string])[] {
  return text
    .split('&')
    .filter((each) => each.includes('=') && !each.endsWith('='))
    .map((each) => {
      const at = each.indexOf('=');
      const plain = (part: string): string => unquote(part.replaceAll('+', ' '));
      return [plain(each.slice(0, at)), plain(each.slice(at + 1))] as const;
    });
}

function joinUrls(base: string, url: string): string {
  if (base === '' || /^[A-Za-z][\w+.-]*:/.test(url)) return url === '' ? base : url;
  if (url === '') return base;
  const from = parts(base, '');
  const to = parts(url, from.scheme);
  if (to.host !== '') return joined([to.scheme, to.host, to.path, '', to.query, to.fragment]);
  if (to.path === '') return joined([from.scheme, from.host, from.path, '', to.query || from.query, to.fragment]);
  const path = to.path.startsWith('/') ? to.path : from.path.slice(0, from.path.lastIndexOf('/') + 1) + to.path;
  return joined([from.scheme, from.host, withoutDots(path), '', to.query, to.fragment]);
}

function withoutDots(path: string): string {
  const kept: string[] = [];
  const pieces = path.split('/');
  for (const [index, piece] of pieces.entries()) {
    const last = index === pieces.length - 1;
    if (piece === '..') {
      if (kept.length > 1) kept.pop();
      if (last) kept.push('');
    } else if (piece !== '.') kept.push(piece);
    else if (last) kept.push('');
  }
  return kept.join('/');
}
