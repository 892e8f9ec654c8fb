import { activeSession } from '../active-session.ts';
import { datastoreOf } from '../datastore-object.ts';
import { neededFiles } from '../host-access.ts';
import { setAttribute } from '../values/attributes.ts';
import { NativeFunction, native } from '../values/native.ts';
import { PythonException } from '../values/python-error.ts';
import { textOf } from '../values/text-methods.ts';
import { PythonList, PythonModule, PythonSet, PythonTuple, type Value } from '../values/value.ts';
import { exceptionsOf, raise } from './exceptions.ts';
import { whichFile } from './utils.ts';

/** `bb.parse`. */
export function parseModule(): PythonModule {
  const functions = [
    native('vars_from_file', 'mypkg d?', (path = null) => variablesFromFile(path)),
    native('mark_dependency', 'd f', (_d, path) => {
      activeSession().host?.markDependency?.(textOf(path));
      return null;
    }),
    native('resolve_file', 'fn d', (path, d) => resolveFile(textOf(path), datastoreOf(d).get('BBPATH') ?? '')),
    marker('vardeps'),
    marker('vardepsexclude'),
  ];
  return new PythonModule('bb.parse', {
    ...Object.fromEntries(functions.map((each) => [each.name, each])),
    ...exceptionsOf('bb.parse', ['ParseError', 'SkipRecipe', 'SkipPackage']),
  });
}

function variablesFromFile(path: Value): Value {
  const match = typeof path === 'string' ? /^(?:.*\/)?([^/]*)\.(?:bb|bbappend)$/.exec(path) : null;
  if (match === null) return new PythonTuple([null, null, null]);
  const parts = (match[1] ?? '').split('_');
  if (parts.length > 3) {
    raise('bb.parse.ParseError', 'Unable to generate default variables from filename (too many underscores)', path);
  }
  return new PythonList([parts[0] ?? null, parts[1] ?? null, parts[2] ?? null]);
}

function resolveFile(name: string, searchPath: string): string {
  const path = name.startsWith('/') ? name : whichFile(searchPath, name).path;
  if (path !== '' && neededFiles('`bb.parse.resolve_file`').kind(path) === 'file') return path;
  const message = path === '' ? `file ${name} not found in ${searchPath}` : `file ${name} not found`;
  throw new PythonException('FileNotFoundError', `[Errno 2] ${message}`, [2n, message]);
}

/** A decorator that only matters for signatures, which read it from the tree: it leaves the names on the function. */
function marker(name: string): NativeFunction {
  return new NativeFunction(name, ({ positional }) =>
    native('inner', 'f', (decorated = null) => {
      setAttribute(decorated, `bb_${name}`, new PythonSet(positional));
      return decorated;
    }),
  );
}
