import type { Datastore } from '../../datastore/datastore.ts';
import { datastoreOf } from '../datastore-object.ts';
import { neededFact, neededFiles } from '../host-access.ts';
import { isEqual } from '../values/compare.ts';
import { NativeFunction, native } from '../values/native.ts';
import { UnsupportedConstruct, valueError } from '../values/python-error.ts';
import { sortedTexts, textOf, words } from '../values/text-methods.ts';
import { isTrue, iterate, PythonDict, PythonList, PythonModule, PythonTuple, type Value } from '../values/value.ts';
import { dependencyFunctions } from './dependencies.ts';
import { exceptionsOf } from './exceptions.ts';
import { fetcherEnvironment } from './fetch-environment.ts';
import { versionFunctions } from './versions.ts';

/** `bb.utils`, as far as it computes or only looks. */
export function utilsModule(): PythonModule {
  const functions = [...wordTests(), ...versionFunctions(), ...dependencyFunctions(), ...others(), ...environment()];
  return new PythonModule('bb.utils', {
    ...Object.fromEntries(functions.map((each) => [each.name, each])),
    ...Object.fromEntries(sideEffects.map((name) => [name, refused(name)])),
    ...exceptionsOf('bb.utils', ['VersionStringException']),
    _context: new PythonDict(),
  });
}

function wordTests(): readonly NativeFunction[] {
  const parameters = 'variable checkvalues truevalue falsevalue d';
  return [
    native('contains', parameters, (name, check = null, yes = null, no = null, d) => {
      const present = wordsOfVariable(datastoreOf(d), name);
      return present !== undefined && asWords(check).every((each) => present.has(each)) ? yes : no;
    }),
    native('contains_any', parameters, (name, check = null, yes = null, no = null, d) => {
      const present = wordsOfVariable(datastoreOf(d), name);
      return present !== undefined && asWords(check).some((each) => present.has(each)) ? yes : no;
    }),
    native('filter', 'variable checkvalues d', (name, check = null, d) =>
      filterWords(datastoreOf(d).get(textOf(name)), check),
    ),
    native('filter_string', 'val checkvalues', (text = null, check = null) =>
      filterWords(text === null ? undefined : textOf(text), check),
    ),
    native('to_boolean', 'string default?', toBoolean),
  ];
}

/** Words of a variable; `undefined` when it is unset or empty. */
function wordsOfVariable(datastore: Datastore, name: Value | undefined): ReadonlySet<string> | undefined {
  const value = datastore.get(textOf(name, 'the name of a variable'));
  return value ? new Set(words(value)) : undefined;
}

function asWords(check: Value): readonly string[] {
  if (typeof check === 'string') return words(check);
  return [...iterate(check)].map((each) => textOf(each));
}

function filterWords(text: string | undefined, check: Value): string {
  if (!text) return '';
  const present = new Set(words(text));
  return sortedTexts(new Set(asWords(check).filter((each) => present.has(each)))).join(' ');
}

function toBoolean(value: Value = null, missing: Value = null): Value {
  if (!isTrue(value)) return missing;
  if (typeof value === 'bigint' || typeof value === 'boolean') return !isEqual(value, 0n);
  const text = textOf(value).toLowerCase();
  if (['y', 'yes', '1', 'true'].includes(text)) return true;
  if (['n', 'no', '0', 'false'].includes(text)) return false;
  throw valueError(`Invalid value for to_boolean: ${textOf(value)}`);
}

const semanticVersion =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*))*)?(?:\+[\da-zA-Z-]+(?:\.[\da-zA-Z-]+)*)?\n?$/;

function others(): readonly NativeFunction[] {
  return [
    native('prune_suffix', 'var suffixes d?', (name, suffixes = null) => {
      const text = textOf(name);
      const found = [...iterate(suffixes)]
        .map((each) => textOf(each))
        .find((each) => each !== '' && text.endsWith(each));
      return found === undefined ? text : text.slice(0, -found.length);
    }),
    native('to_filemode', 'input', (mode) => {
      if (typeof mode === 'bigint') return mode;
      const digits = /^\s*(?:0o)?([0-7]+)\s*$/.exec(textOf(mode))?.[1];
      if (digits === undefined) throw valueError(`invalid literal for int() with base 8: '${textOf(mode)}'`);
      return BigInt(`0o${digits}`);
    }),
    native('is_semver', 'version', (version) => semanticVersion.test(textOf(version))),
    native(
      'which',
      'path item direction? history? executable?',
      (path = null, item, direction = 0n, history = false) => {
        const found = whichFile(path === null ? '' : textOf(path), textOf(item), isTrue(direction));
        if (!isTrue(history)) return found.path;
        return new PythonTuple([found.path, new PythonList([...found.tried])]);
      },
    ),
    native('get_collection_res', 'd', (d) => new PythonDict(collections(datastoreOf(d)))),
    native('get_file_layer', 'filename d collection_res?', (file, d) => layerOf(textOf(file), datastoreOf(d)) ?? null),
  ];
}

/** The first place along a list of directories where an item lies, and all places that were looked at. */
export function whichFile(
  path: string,
  item: string,
  reversed = false,
): { readonly path: string; readonly tried: readonly string[] } {
  const files = neededFiles('`bb.utils.which`');
  const tried: string[] = [];
  const directories = path.split(':');
  for (const directory of reversed ? directories.reverse() : directories) {
    const place = item.startsWith('/') || directory === '' ? item : `${directory.replace(/\/$/, '')}/${item}`;
    tried.push(place);
    if (files.kind(place) !== 'missing') return { path: place, tried };
  }
  return { path: '', tried };
}

function collections(datastore: Datastore): readonly (readonly [string, string])[] {
  return words(datastore.get('BBFILE_COLLECTIONS') ?? '').map((name) => [
    name,
    datastore.get(`BBFILE_PATTERN_${name}`) ?? '',
  ]);
}

/** The layer whose pattern for a file is the longest. */
function layerOf(file: string, datastore: Datastore): string | undefined {
  let best: readonly [string, string] | undefined;
  for (const [name, pattern] of collections(datastore)) {
    if (pattern === '' || pattern.length <= (best?.[1].length ?? 0)) continue;
    if (new RegExp(`^(?:${pattern})`).test(file)) best = [name, pattern];
  }
  return best?.[0];
}

const exportedFromEnvironment = [
  'BB_TASKHASH',
  'HOME',
  'LOGNAME',
  'PATH',
  'PWD',
  'SHELL',
  'USER',
  'LC_ALL',
  'BBSERVER',
];
const takenFromEnvironment = ['BBPATH', 'BB_PRESERVE_ENV', 'BB_ENV_PASSTHROUGH_ADDITIONS', ...exportedFromEnvironment];

function environment(): readonly NativeFunction[] {
  return [
    native('cpu_count', '', () => BigInt(neededFact('processors', '`bb.utils.cpu_count`'))),
    native('preserved_envvars_exported', '', () => new PythonList([...exportedFromEnvironment])),
    native('preserved_envvars', '', () => new PythonList([...takenFromEnvironment])),
    native('approved_variables', '', () => new PythonList([...takenFromEnvironment])),
    native('export_proxies', 'd', (d) => {
      // The environment of the engine stays as it is: what a task sees is made from exported variables.
      fetcherEnvironment(datastoreOf(d));
      return null;
    }),
    native('clean_environment', '', () => new PythonDict()),
    native(
      'get_referenced_vars',
      'start_expr d',
      (text, d) => new PythonList(referenced(textOf(text), datastoreOf(d))),
    ),
  ];
}

/** Names of variables that a text refers to, and those that their values refer to. */
function referenced(text: string, datastore: Datastore): string[] {
  const seen = new Set<string>();
  const open: string[] = [text];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    for (const [, name = ''] of next.matchAll(/\$\{([\w\-+./~:]+)\}/g)) {
      if (seen.has(name)) continue;
      seen.add(name);
      open.push(datastore.getUnexpanded(name) ?? '');
    }
  }
  return [...seen];
}

/** Functions that change files or processes: a task may, a recipe that is being read may not. */
const sideEffects = [
  ...['copyfile', 'edit_metadata_file', 'lockfile', 'mkdirhier', 'mkstemp', 'movefile', 'prunedir', 'remove', 'rename'],
  ...['unlockfile', 'fileslocked', 'signal_on_parent_exit', 'disable_network', 'ioprio_set'],
];

function refused(name: string): NativeFunction {
  return new NativeFunction(name, () => {
    throw new UnsupportedConstruct(`\`bb.utils.${name}\` while recipes are read`, 'do it in a task');
  });
}
