import type { Datastore } from '../../datastore/datastore.ts';
import { currentPlace } from '../datastore-access.ts';
import { datastoreObjectOf, datastoreOf } from '../datastore-object.ts';
import { neededFiles } from '../host-access.ts';
import { bindArguments, NativeFunction, native } from '../values/native.ts';
import { defineClass } from '../values/python-class.ts';
import { UnsupportedConstruct } from '../values/python-error.ts';
import { represent } from '../values/represent.ts';
import { textOf, words } from '../values/text-methods.ts';
import { isTrue, iterate, PythonDict, PythonList, PythonModule, PythonTuple, type Value } from '../values/value.ts';
import { exceptionsOf, raise } from './exceptions.ts';
import { fetcherEnvironment, fetcherVariables } from './fetch-environment.ts';
import { checksumNames, Fetcher, localPathOf } from './fetcher-object.ts';
import { sourceRevisions } from './source-revisions.ts';
import { uriOf } from './uri-object.ts';
import { hostAndPort, parseUrl, unquote, userAndPassword } from './url.ts';
import { whichFile } from './utils.ts';

const exceptionNames = [
  ...[
    'BBFetchException',
    'UntrustedUrl',
    'MalformedUrl',
    'FetchError',
    'ChecksumError',
    'NoChecksumError',
    'UnpackError',
  ],
  ...['NoMethodError', 'MissingParameterError', 'ParameterError', 'NetworkAccess', 'NonLocalMethod'],
];

/** `bb.fetch2`: what recipes ask about sources while they are read; nothing is fetched. */
export function fetchModule(): PythonModule {
  const functions = [...addresses(), ...revisions(), ...localFiles()];
  return new PythonModule('bb.fetch2', {
    ...Object.fromEntries(functions.map((each) => [each.name, each])),
    ...Object.fromEntries(['runfetchcmd', 'check_network_access'].map((name) => [name, refused(name)])),
    ...exceptionsOf('bb.fetch2', exceptionNames),
    URI: defineClass('URI', {
      make: (_cls, { positional: [text = null] }) => uriOf(isTrue(text) ? textOf(text) : ''),
    }),
    Fetch: defineClass('Fetch', {
      make: (_cls, given) => {
        const [urls = null, d] = bindArguments('Fetch', 'urls d cache? localonly? connection_cache?', given);
        return new Fetcher(urls, datastoreObjectOf(d));
      },
    }),
    localpath: native('localpath', 'url d', (url, d) => localPathOf(textOf(url), datastoreObjectOf(d))),
    FETCH_EXPORT_VARS: new PythonList([...fetcherVariables]),
    CHECKSUM_LIST: new PythonList([...checksumNames]),
    methods: new PythonList([]),
  });
}

function addresses(): readonly NativeFunction[] {
  return [
    native('decodeurl', 'url', (address) => {
      const url = parseUrl(textOf(address));
      const [user, password] = userAndPassword(url);
      const { scheme, path } = url;
      return new PythonTuple([scheme, hostAndPort(url), path || '/', user, password, new PythonDict(url.params)]);
    }),
    native('decodemirrorurl', 'url', (address) => mirrorParts(textOf(address))),
    native('encodeurl', 'decoded', (decoded = null) => encode([...iterate(decoded)], decoded)),
    native('trusted_network', 'd url', (d, address) => isTrusted(datastoreOf(d), textOf(address))),
  ];
}

function encode(
  [type = null, host = null, path = null, user = null, password = null, params = null]: readonly Value[],
  all: Value,
): string {
  if (!isTrue(type)) raise('bb.fetch2.MissingParameterError', 'type', `encoded from the data ${represent(all)}`);
  const uri = uriOf('');
  const scheme = textOf(type);
  uri.assign('scheme', scheme);
  const remote = scheme !== 'file';
  if (isTrue(user) && remote) uri.assign('username', user);
  if (isTrue(user) && remote && isTrue(password)) uri.assign('password', password);
  if (isTrue(host) && remote) uri.assign('hostname', host);
  if (isTrue(path)) uri.assign('path', textOf(path).replace(/\/{2,}/g, '/'));
  if (isTrue(params)) uri.assign('params', params);
  // A local file keeps the form that recipes use, `file://a`.
  return remote ? uri.toString() : uri.toString().replace(/^file:(?!\/\/)/, 'file://');
}

/** An address of a mirror list, whose parts are patterns. BitBake: fetch2.decodemirrorurl. */
function mirrorParts(address: string): Value {
  const match = /^([^:]*):\/\/(?:([^/;]+)@)?([^;]+)(?:;(.*))?/.exec(address);
  if (match === null) raise('bb.fetch2.MalformedUrl', address);
  const [, scheme = '', user = '', location = '', parameters = ''] = match;
  const isFile = scheme.toLowerCase() === 'file';
  const slash = location.indexOf('/');
  const host = isFile ? '' : slash === -1 ? location : location.slice(0, slash);
  const remote = slash === -1 ? '/' : location.slice(slash);
  const path = isFile ? (user === '' ? location : `${user}@${location}`) : remote;
  const [, name = '', password = ''] = isFile ? [] : (/^([^:]+):?(.*)$/.exec(user) ?? []);
  const params = new PythonDict();
  for (const part of parameters.split(';').filter((each) => each !== '')) {
    const equals = part.indexOf('=');
    if (equals === -1) {
      const problem = `parameter ${part} does not specify a value (missing '=')`;
      raise('bb.fetch2.MalformedUrl', address, `The URL: '${address}' is invalid: ${problem}`);
    }
    params.set(part.slice(0, equals), part.slice(equals + 1));
  }
  return new PythonTuple([scheme, host, unquote(path), name, password, params]);
}

/** Whether BB_ALLOWED_NETWORKS lets an address be used. */
function isTrusted(datastore: Datastore, address: string): boolean {
  if (['1', 'y', 'yes', 'true'].includes((datastore.get('BB_NO_NETWORK') ?? '').toLowerCase())) return true;
  const pn = datastore.get('PN');
  const own = pn ? datastore.flagUnexpanded('BB_ALLOWED_NETWORKS', pn) : undefined;
  const allowed = own || datastore.get('BB_ALLOWED_NETWORKS');
  const host = hostAndPort(parseUrl(address)).split(':')[0]?.toLowerCase() ?? '';
  if (!allowed || host === '') return true;
  return allowed
    .toLowerCase()
    .split(' ')
    .some((each) => each === host || (each.startsWith('*.') && `.${host}`.endsWith(each.slice(1))));
}

function revisions(): readonly NativeFunction[] {
  return [
    native('get_autorev', 'd', (d) => {
      const store = datastoreObjectOf(d).writable();
      if (store.get('BB_SRCREV_POLICY') !== 'cache') store.set('BB_DONT_CACHE', '1', currentPlace());
      store.setObject('__BBAUTOREV_SEEN', true, 'True', currentPlace());
      return 'AUTOINC';
    }),
    native('get_srcrev', 'd method_name?', (d) => {
      const { version } = sourceRevisions(datastoreObjectOf(d));
      if (version === '') raise('bb.fetch2.FetchError', 'SRCREV was used yet no valid SCM was found in SRC_URI');
      return version;
    }),
    native('get_pkgv_string', 'd method_name?', (d) => sourceRevisions(datastoreObjectOf(d)).version),
    native('get_hashvalue', 'd method_name?', (d) => sourceRevisions(datastoreObjectOf(d)).revisions.join(' ')),
    native('get_fetcher_environment', 'd', (d) => new PythonDict(fetcherEnvironment(datastoreOf(d)))),
  ];
}

function localFiles(): readonly NativeFunction[] {
  return [
    native('get_checksum_file_list', 'd', (d) => {
      const store = datastoreOf(d);
      return words(store.get('SRC_URI') ?? '')
        .filter((address) => address.startsWith('file:'))
        .flatMap((address) => localPlaces(store, address))
        .join(' ');
    }),
  ];
}

/** `PATH:True` or `PATH:False` for every place where a file of SRC_URI was looked for; the last is where it lies. */
function localPlaces(store: Datastore, address: string): readonly string[] {
  const { path } = parseUrl(store.expand(address));
  const files = neededFiles('`bb.fetch2.get_checksum_file_list`');
  const tried = path.startsWith('/') ? [path] : whichFile(store.get('FILESPATH') ?? '', path).tried;
  const places = tried.map((each) => [each, files.kind(each) !== 'missing'] as const);
  if (!places.some(([, exists]) => exists)) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const reason = `Unable to get checksum for ${store.get('PN')} SRC_URI entry ${name}: file could not be found`;
    raise('bb.BBHandledException', `${reason}\nThe following paths were searched:\n${tried.join('\n')}`);
  }
  return places.map(([each, exists]) => `${each}:${exists ? 'True' : 'False'}`);
}

function refused(name: string): NativeFunction {
  return new NativeFunction(name, () => {
    throw new UnsupportedConstruct(`\`bb.fetch2.${name}\` while recipes are read`, 'the engine fetches in do_fetch');
  });
}
