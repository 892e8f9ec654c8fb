import type { Datastore } from '../../datastore/datastore.ts';
import { datastoreOf } from '../datastore-object.ts';
import { inheritsClass } from '../inherits-class.ts';
import { LayeredModule } from '../layered-module.ts';
import { isEqual } from '../values/compare.ts';
import { NativeFunction, native } from '../values/native.ts';
import { PythonException, typeError, valueError } from '../values/python-error.ts';
import { toText } from '../values/represent.ts';
import { percentFormat } from '../values/text-format.ts';
import { sortedTexts, textOf, words } from '../values/text-methods.ts';
import { isTrue, iterate, type PythonModule, PythonTuple, toIndex, typeNameOf, type Value } from '../values/value.ts';
import { compareVersionTexts } from '../version-compare.ts';
import { buildConfigurationModule } from './oe-buildcfg.ts';
import { typedDataModule } from './oe-data.ts';
import { licenseModule } from './oe-license.ts';

/** `oe.utils` and `oe.types`, as far as they only compute. */
export function oeModule(): PythonModule {
  const functions = [...choices(), ...wordFunctions(), ...parallelMake()];
  const utils = new LayeredModule('oe.utils', Object.fromEntries(functions.map((each) => [each.name, each])));
  const types = new LayeredModule('oe.types', { boolean: native('boolean', 'value', (value = null) => truth(value)) });
  return new LayeredModule('oe', {
    utils,
    types,
    buildcfg: buildConfigurationModule(),
    license: licenseModule(),
    data: typedDataModule(),
  });
}

function choices(): readonly NativeFunction[] {
  const four = 'variable checkvalue truevalue falsevalue d';
  return [
    native('ifelse', 'condition iftrue? iffalse?', (test = null, yes = true, no = false) => (isTrue(test) ? yes : no)),
    native('conditional', four, (name, check = null, yes = null, no = null, d) =>
      isEqual(datastoreOf(d).get(textOf(name)) ?? null, check) ? yes : no,
    ),
    native('vartrue', 'var iftrue iffalse d', (name, yes = null, no = null, d) =>
      truth(datastoreOf(d).get(textOf(name)) ?? null) ? yes : no,
    ),
    native('less_or_equal', four, (name, check, yes = null, no = null, d) =>
      number(datastoreOf(d).get(textOf(name))) <= number(toText(check ?? null)) ? yes : no,
    ),
    native('version_less_or_equal', four, (name, check, yes = null, no = null, d) =>
      compareVersionTexts(needed(datastoreOf(d), name), textOf(check)) <= 0 ? yes : no,
    ),
    new NativeFunction('inherits', ({ positional: [d, ...classes] }) =>
      classes.some((each) => inheritsClass(textOf(each), datastoreOf(d))),
    ),
    features('any_distro_features', 'DISTRO_FEATURES', false),
    features('all_distro_features', 'DISTRO_FEATURES', true),
  ];
}

function features(name: string, variable: string, all: boolean): NativeFunction {
  return native(name, 'd features truevalue? falsevalue?', (d, wanted, yes = true, no = false) => {
    const present = new Set(words(datastoreOf(d).get(variable) ?? ''));
    const tested = words(textOf(wanted));
    if (present.size === 0) return no;
    return (all ? tested.every((each) => present.has(each)) : tested.some((each) => present.has(each))) ? yes : no;
  });
}

function truth(value: Value): boolean {
  if (value === null) return false;
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') throw typeError(`boolean accepts a string, not '<class '${typeNameOf(value)}'>'`);
  const text = value.toLowerCase();
  if (['yes', 'y', 'true', 't', '1'].includes(text)) return true;
  if (['no', 'n', 'false', 'f', '0'].includes(text)) return false;
  throw valueError(`Invalid boolean value '${text}'`);
}

function number(text: string | undefined): number {
  if (text === undefined || text.trim() === '' || Number.isNaN(Number(text))) {
    throw valueError(`could not convert string to float: '${text ?? ''}'`);
  }
  return Number(text);
}

/** Value of a variable that must be set: the functions of OE call `.split()` on it. */
function needed(datastore: Datastore, name: Value | undefined): string {
  const value = datastore.get(textOf(name));
  if (value !== undefined) return value;
  throw new PythonException('AttributeError', `'NoneType' object has no attribute 'split' (${textOf(name)} is unset)`);
}

function wordFunctions(): readonly NativeFunction[] {
  return [
    native('both_contain', 'variable1 variable2 checkvalue d', (first, second, check = null, d) => {
      const [a, b] = [first, second].map((name) => new Set(words(needed(datastoreOf(d), name))));
      const wanted = typeof check === 'string' ? words(check) : [...iterate(check)].map((each) => textOf(each));
      return wanted.every((each) => a?.has(each) && b?.has(each)) ? [...new Set(wanted)].join(' ') : '';
    }),
    native('set_intersect', 'variable1 variable2 d', (first, second, d) => {
      const other = new Set(words(needed(datastoreOf(d), second)));
      return [...new Set(words(needed(datastoreOf(d), first)))].filter((each) => other.has(each)).join(' ');
    }),
    native('set_difference', 'variable1 variable2 d', (first, second, d) =>
      difference(datastoreOf(d), textOf(first), textOf(second)),
    ),
    native('filter_default_features', 'varname d', (name, d) =>
      difference(datastoreOf(d), `${textOf(name)}_DEFAULTS`, `${textOf(name)}_OPTED_OUT`),
    ),
    native('prune_suffix', 'var suffixes d', (name, suffixes = null, d) => {
      let result = textOf(name);
      for (const suffix of [...iterate(suffixes)].map((each) => textOf(each))) {
        if (suffix !== '' && result.endsWith(suffix)) result = result.slice(0, -suffix.length);
      }
      const prefix = datastoreOf(d).get('MLPREFIX');
      return prefix && result.startsWith(prefix) ? result.slice(prefix.length) : result;
    }),
    native('build_depends_string', 'depends task', (depends, task) =>
      words(textOf(depends))
        .map((each) => `${each}:${textOf(task)}`)
        .join(' '),
    ),
    native('trim_version', 'version num_parts?', (version = null, parts = 2n) => {
      if (typeof version !== 'string') throw typeError('Version should be a string');
      if (toIndex(parts) < 1) throw valueError('Cannot split to parts < 1');
      return version.split('.').slice(0, toIndex(parts)).join('.');
    }),
  ];
}

function difference(datastore: Datastore, first: string, second: string): string {
  const value = datastore.get(first);
  if (!value) return '';
  const without = datastore.get(second);
  if (!without) return value;
  const gone = new Set(words(without));
  return gone.has('*') ? '' : sortedTexts(new Set(words(value).filter((each) => !gone.has(each)))).join(' ');
}

function parallelMake(): readonly NativeFunction[] {
  return [
    native('parallel_make', 'd makeinst?', (d, inst) => jobs(datastoreOf(d), inst) ?? ''),
    native('parallel_make_argument', 'd fmt limit? makeinst?', (d, format, limit = null, inst) => {
      const wanted = jobs(datastoreOf(d), inst);
      if (!wanted) return '';
      const most = limit === null ? 0 : toIndex(limit);
      const count = most > 0 && BigInt(most) < wanted ? BigInt(most) : wanted;
      return percentFormat(textOf(format), new PythonTuple([count]));
    }),
  ];
}

/** The number behind `-j`. */
function jobs(datastore: Datastore, inst: Value | undefined): bigint | undefined {
  const name = inst !== undefined && isTrue(inst) ? 'PARALLEL_MAKEINST' : 'PARALLEL_MAKE';
  const options = words(datastore.get(name) ?? '');
  const at = options.findIndex((each) => each.startsWith('-j'));
  if (at === -1) return undefined;
  const text = options[at] === '-j' ? (options[at + 1] ?? '') : (options[at] ?? '').slice(2);
  if (!/^\d+$/.test(text)) throw valueError(`invalid literal for int() with base 10: '${text}'`);
  return BigInt(text);
}
