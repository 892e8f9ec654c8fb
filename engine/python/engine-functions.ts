import type { Datastore } from '../datastore/datastore.ts';
import { datastoreOf } from './datastore-object.ts';
import { inheritsClass } from './inherits-class.ts';
import { oeModule } from './modules/oe.ts';
import { isEqual } from './values/compare.ts';
import { native } from './values/native.ts';
import { PythonException, valueError } from './values/python-error.ts';
import { sortedTexts, textOf, words } from './values/text-methods.ts';
import { isTrue, iterate, PythonList, PythonModule, PythonTuple, type Value } from './values/value.ts';
import { compareVersionTexts, isVersionRelation } from './version-compare.ts';

/** `bb` and `oe`: the functions of BitBake and OE that only compute. */
export function engineModules(): readonly PythonModule[] {
  const utils = module('bb.utils', [
    native(
      'contains',
      'variable checkvalues truevalue falsevalue d',
      (name, check = null, yes = null, no = null, d) => {
        const present = wordsOfVariable(datastoreOf(d), name);
        return present !== undefined && asWords(check).every((each) => present.has(each)) ? yes : no;
      },
    ),
    native(
      'contains_any',
      'variable checkvalues truevalue falsevalue d',
      (name, check = null, yes = null, no = null, d) => {
        const present = wordsOfVariable(datastoreOf(d), name);
        return present !== undefined && asWords(check).some((each) => present.has(each)) ? yes : no;
      },
    ),
    native('filter', 'variable checkvalues d', (name, check = null, d) =>
      filterWords(datastoreOf(d).get(textOf(name)), check),
    ),
    native('filter_string', 'val checkvalues', (text = null, check = null) =>
      filterWords(text === null ? undefined : textOf(text), check),
    ),
    native('to_boolean', 'string default?', toBoolean),
    native('vercmp_string', 'a b', (a, b) => BigInt(compareVersionTexts(textOf(a), textOf(b)))),
    native('vercmp_string_op', 'a b op', (a, b, relation) => {
      const result = isVersionRelation(compareVersionTexts(textOf(a), textOf(b)), textOf(relation));
      if (result !== undefined) return result;
      throw new PythonException('VersionStringException', `Unsupported comparison operator "${textOf(relation)}"`);
    }),
    native('explode_deps', 's', (text) => new PythonList([...withoutVersions(textOf(text))])),
  ]);
  const data = module('bb.data', [
    native('inherits_class', 'klass d', (name, d) => inheritsClass(textOf(name), datastoreOf(d))),
  ]);
  const parse = module('bb.parse', [native('vars_from_file', 'mypkg d', (path = null) => variablesFromFile(path))]);
  const fail = native('fatal', '*args', (texts) => {
    throw new PythonException('BBHandledException', (texts as PythonTuple).items.map(String).join(''));
  });
  return [new PythonModule('bb', { utils, data, parse, fatal: fail }), oeModule()];
}

function module(name: string, functions: readonly ReturnType<typeof native>[]): PythonModule {
  return new PythonModule(name, Object.fromEntries(functions.map((each) => [each.name, each])));
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

/** Dependencies without their versions in parentheses. */
function* withoutVersions(text: string): Generator<string> {
  let inVersion = false;
  for (const word of words(text)) {
    if (word.startsWith('(')) inVersion = true;
    if (!inVersion) yield word;
    if (inVersion && word.endsWith(')')) inVersion = false;
  }
}

function variablesFromFile(path: Value): Value {
  const match = typeof path === 'string' ? /^(?:.*\/)?([^/]*)\.(?:bb|bbappend)$/.exec(path) : null;
  if (match === null) return new PythonTuple([null, null, null]);
  const parts = (match[1] ?? '').split('_');
  if (parts.length > 3) {
    const text = 'Unable to generate default variables from filename (too many underscores)';
    throw new PythonException('ParseError', `${text}: ${path}`);
  }
  return new PythonList([parts[0] ?? null, parts[1] ?? null, parts[2] ?? null]);
}
