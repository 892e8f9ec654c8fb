import { NativeFunction } from '../values/native.ts';
import { textOf } from '../values/text-methods.ts';
import { PythonAttributes, type PythonCallable, PythonDict, toIndex, type Value } from '../values/value.ts';
import { hostAndPort, parseUrl, quote, setPath, type Url, unquote, urlText, userAndPassword } from './url.ts';

/** `bb.fetch2.URI(...)`: an address whose parts can be read and set. */
export class UriObject extends PythonAttributes {
  readonly typeName = 'URI';
  readonly #url: Url;
  readonly #params: PythonDict;
  readonly #query: PythonDict;

  constructor(url: Url) {
    super();
    this.#url = url;
    this.#params = new PythonDict(url.params);
    this.#query = new PythonDict(url.query);
  }

  /** The address as text, with the parameters as code has changed them. */
  override toString(): string {
    return urlText({ ...this.#url, params: pairs(this.#params), query: pairs(this.#query) });
  }

  attribute(name: string): Value | undefined {
    const url = this.#url;
    const [username, password] = userAndPassword(url);
    const port = url.port === undefined ? null : BigInt(url.port);
    const parts: Readonly<Record<string, Value>> = {
      ...{ scheme: url.scheme, userinfo: url.userinfo, username, password, hostname: url.hostname, port },
      ...{ hostport: hostAndPort(url), path: url.path, path_quoted: quote(url.path), relative: url.relative },
      ...{ params: this.#params, query: this.#query },
    };
    return Object.hasOwn(parts, name) ? parts[name] : undefined;
  }

  override assign(name: string, value: Value): boolean {
    const url = this.#url;
    const [username, password] = userAndPassword(url);
    switch (name) {
      case 'scheme':
      case 'userinfo':
      case 'hostname':
        url[name] = textOf(value);
        return true;
      case 'path':
        setPath(url, textOf(value));
        return true;
      case 'path_quoted':
        setPath(url, unquote(textOf(value)));
        return true;
      case 'port':
        url.port = value === null ? undefined : toIndex(value);
        return true;
      case 'username':
        url.userinfo = textOf(value) + (password === '' ? '' : `:${password}`);
        return true;
      case 'password':
        url.userinfo = `${username}:${textOf(value)}`;
        return true;
      case 'params':
        return replace(this.#params, value);
      case 'query':
        return replace(this.#query, value);
      default:
        return false;
    }
  }

  override special(name: string): PythonCallable | undefined {
    return name === '__str__' ? new NativeFunction(name, () => this.toString()) : undefined;
  }
}

/** The object for an address as text; an empty one without. */
export function uriOf(text: string): UriObject {
  return new UriObject(parseUrl(text));
}

function replace(dict: PythonDict, value: Value): boolean {
  if (!(value instanceof PythonDict)) return false;
  const entries = value.entries();
  dict.clear();
  for (const [key, each] of entries) dict.set(key, each);
  return true;
}

function pairs(dict: PythonDict): Map<string, string | null> {
  return new Map(dict.entries().map(([key, value]) => [textOf(key), value === null ? null : textOf(value)]));
}
