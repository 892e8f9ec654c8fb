import type { Datastore } from '../../datastore/datastore.ts';
import type { DatastoreObject } from '../datastore-object.ts';
import { native } from '../values/native.ts';
import { PythonException, UnsupportedConstruct } from '../values/python-error.ts';
import { textOf, words } from '../values/text-methods.ts';
import { isTrue, iterate, PythonAttributes, PythonDict, PythonList, type Value } from '../values/value.ts';
import { raise } from './exceptions.ts';
import { checkBranch, fixedRevision, isKnownScheme } from './source-revisions.ts';
import { hostAndPort, parseUrl, type Url, userAndPassword } from './url.ts';
import { whichFile } from './utils.ts';

/** Digests that a recipe may give for a source. */
export const checksumNames: readonly string[] = ['goh1', 'md5', 'sha256', 'sha1', 'sha384', 'sha512'];

/** Schemes whose sources are one downloaded file, named as its address ends. */
const plainDownloads = new Set(['http', 'https', 'ftp', 'ftps']);
const withChecksum = new Set([...plainDownloads, 'sftp', 's3', 'az', 'crate', 'gs', 'gomod', 'npm']);
const gitSchemes = new Set(['git', 'gitsm']);

/** `bb.fetch2.Fetch`: what the addresses of sources and the variables say; nothing is fetched. */
export class Fetcher extends PythonAttributes {
  readonly typeName = 'Fetch';
  readonly #urls: PythonList;
  readonly #sources = new PythonDict();
  readonly #d: DatastoreObject;

  constructor(urls: Value, d: DatastoreObject) {
    super();
    this.#d = d;
    const all = isTrue(urls) ? [...iterate(urls)] : words(d.datastore.get('SRC_URI') ?? '');
    this.#urls = new PythonList([...all]);
    for (const url of all) this.#source(url);
  }

  #source(url: Value): Source {
    const known = this.#sources.get(url);
    if (known instanceof Source) return known;
    const made = new Source(textOf(url), this.#d);
    this.#sources.set(url, made);
    return made;
  }

  attribute(name: string): Value | undefined {
    switch (name) {
      case 'urls':
        return this.#urls;
      case 'ud':
        return this.#sources;
      case 'd':
        return this.#d;
      case 'localpath':
        return native(name, 'url', (url = null) => this.#source(url).localPath());
      case 'localpaths':
        return native(name, '', () => new PythonList(this.#urls.items.map((url) => this.#source(url).localPath())));
      default:
        return undefined;
    }
  }

  override missing(name: string): Error {
    return new UnsupportedConstruct(`\`${name}\` of \`bb.fetch2.Fetch\` here`, 'the engine fetches in do_fetch');
  }
}

/** `fetcher.ud[url]`: the parts of an address, and where its download lies or will lie. */
class Source extends PythonAttributes {
  readonly typeName = 'FetchData';
  readonly #url: Url;
  readonly #fields: Map<string, Value>;
  readonly #d: DatastoreObject;

  constructor(address: string, d: DatastoreObject) {
    super();
    this.#d = d;
    const url = parseUrl(d.datastore.expand(address));
    if (!isKnownScheme(url.scheme)) raise('bb.fetch2.NoMethodError', address);
    this.#url = url;
    const params = new PythonDict(url.params);
    const name = url.params.get('name') ?? 'default';
    if (name.includes(',')) {
      raise(
        'bb.fetch2.ParameterError',
        'The fetcher no longer supports multiple name parameters in a single url',
        address,
      );
    }
    const [user, password] = userAndPassword(url);
    const fields: Readonly<Record<string, Value>> = {
      ...{ url: address, type: url.scheme, host: hostAndPort(url), path: url.path || '/', parm: params, name },
      user: user || (url.params.get('user') ?? ''),
      pswd: password || (url.params.get('pswd') ?? ''),
      ...checksumsOf(url, d.datastore),
      ...(gitSchemes.has(url.scheme) ? gitFields({ url, name, address }, d) : fileFields(url)),
    };
    this.#fields = new Map(Object.entries(fields));
    const given = url.params.get('localpath');
    const file = this.#fields.get('localfile');
    if (given) this.#fields.set('basename', baseName(given));
    this.#fields.set('localpath', given ?? (file ? joined(d.datastore.get('DL_DIR') ?? '', textOf(file)) : null));
  }

  /** Where the source lies: in a layer, or below DL_DIR once it is fetched. */
  localPath(): Value {
    const known = this.#fields.get('localpath') ?? null;
    if (isTrue(known)) return known;
    if (this.#url.scheme !== 'file') {
      const what = `the local path of a \`${this.#url.scheme}\` source while recipes are read`;
      throw new UnsupportedConstruct(what, 'ask for it in a task');
    }
    const path = localFile(this.#url.path, this.#d.datastore);
    this.#fields.set('localpath', path);
    return path;
  }

  attribute(name: string): Value | undefined {
    if (name === 'setup_localpath') {
      return native(name, 'd', () => {
        this.localPath();
        return null;
      });
    }
    return this.#fields.get(name);
  }

  override assign(name: string, value: Value): boolean {
    this.#fields.set(name, value);
    return true;
  }

  override missing(name: string): Error {
    return new UnsupportedConstruct(
      `\`${name}\` of the data of a \`${this.#url.scheme}\` source here`,
      'recipes that are read know the parts of the address, `localpath` and the checksums',
    );
  }
}

/** `bb.fetch2.localpath(url, d)`. */
export function localPathOf(address: string, d: DatastoreObject): Value {
  return new Source(address, d).localPath();
}

/** The last of the places where a file of SRC_URI is looked for, or the one where it lies. Throws IndexError. */
function localFile(path: string, store: Datastore): string {
  if (path.startsWith('/')) return path;
  const place = whichFile(store.get('FILESPATH') ?? '', path).tried.at(-1);
  if (place === undefined) throw new PythonException('IndexError', 'list index out of range');
  return place;
}

function fileFields({ scheme, hostname, path, params }: Url): Readonly<Record<string, Value>> {
  const basename = (scheme !== 'file' && params.get('downloadfilename')) || baseName(path);
  if (!plainDownloads.has(scheme)) return { basename, basepath: scheme === 'file' ? path : null, localfile: '' };
  return { basename, basepath: null, localfile: basename || hostname + path.replaceAll('/', '.') };
}

/** BitBake: fetch2/git.py, urldata_init. */
function gitFields(
  source: { readonly url: Url; readonly name: string; readonly address: string },
  d: DatastoreObject,
): Readonly<Record<string, Value>> {
  const { url, address } = source;
  checkBranch(url, address);
  const host = hostAndPort(url);
  const proto = url.params.get('protocol') ?? (host === '' ? 'file' : 'git');
  const flat = (host.replaceAll(':', '.') + url.path.replace(/[/*]/g, '.').replace(/[ ()]/g, '_')).replace(/^\./, '');
  const folder = d.datastore.get('GITDIR') || `${d.datastore.get('DL_DIR') ?? ''}/git2`;
  const clonedir = joined(folder, flat);
  const flag = (name: string): boolean => url.params.get(name) === '1';
  return {
    ...{ proto, branch: url.params.get('branch') ?? '', basename: null, basepath: null, clonedir, localfile: clonedir },
    ...{ nobranch: flag('nobranch') || flag('usehead'), usehead: flag('usehead'), bareclone: flag('bareclone') },
    ...{ nocheckout: flag('nocheckout') || flag('bareclone'), revision: fixedRevision(d, source) },
  };
}

function checksumsOf({ scheme, params }: Url, store: Datastore): Readonly<Record<string, Value>> {
  const name = params.get('name');
  const found: Record<string, Value> = {};
  for (const kind of checksumNames) {
    const plain = `${kind}sum`;
    const own = name === undefined ? plain : `${name}.${plain}`;
    const written = [own, plain].find((each) => params.has(each));
    found[`${kind}_name`] = written ?? own;
    const flag = withChecksum.has(scheme) ? (store.flag('SRC_URI', own) ?? null) : null;
    found[`${kind}_expected`] = written === undefined ? flag : (params.get(written) ?? null);
  }
  return found;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function joined(folder: string, path: string): string {
  if (path.startsWith('/')) return path;
  return folder === '' || folder.endsWith('/') ? folder + path : `${folder}/${path}`;
}
