import { native } from '../values/native.ts';
import { typeError, UnsupportedConstruct, valueError } from '../values/python-error.ts';
import { textOf } from '../values/text-methods.ts';
import { iterate, PythonModule, PythonTuple, typeNameOf, type Value } from '../values/value.ts';

/** `os` with the functions of `os.path` that look at nothing but the text. */
export function osModule(): PythonModule {
  const functions = [
    native('join', 'a *paths', (first, rest) =>
      joinPaths([pathOf(first), ...(rest as PythonTuple).items.map(joinedPath)]),
    ),
    native('basename', 'p', (path) => splitPath(pathOf(path))[1]),
    native('dirname', 'p', (path) => splitPath(pathOf(path))[0]),
    native('split', 'p', (path) => new PythonTuple(splitPath(pathOf(path)))),
    native('splitext', 'p', (path) => new PythonTuple(splitExtension(pathOf(path)))),
    native('isabs', 's', (path) => pathOf(path).startsWith('/')),
    native('normpath', 'path', (path) => normalize(pathOf(path))),
    native('abspath', 'path', (path) => normalize(absolute(pathOf(path)))),
    native('relpath', 'path start?', (path, start) => relative(pathOf(path), start)),
    native('commonpath', 'paths', (paths = null) => commonPath([...iterate(paths)].map((p) => pathOf(p)))),
    native('commonprefix', 'm', (paths = null) => commonPrefix([...iterate(paths)].map((p) => textOf(p)))),
  ];
  const path = new PythonModule('os.path', {
    ...Object.fromEntries(functions.map((each) => [each.name, each])),
    ...{ sep: '/', extsep: '.', curdir: '.', pardir: '..', pathsep: ':' },
    normcase: native('normcase', 's', (path) => pathOf(path)),
    splitdrive: native('splitdrive', 'p', (path) => new PythonTuple(['', pathOf(path)])),
  });
  const fspath = native('fspath', 'path', (value) => pathOf(value));
  const signs = { sep: '/', linesep: '\n', pathsep: ':', extsep: '.', curdir: '.', pardir: '..' };
  return new PythonModule('os', { path, fspath, ...signs });
}

function pathOf(value: Value | undefined): string {
  if (typeof value === 'string') return value;
  throw typeError(`expected str, bytes or os.PathLike object, not ${typeNameOf(value ?? null)}`);
}

function joinedPath(value: Value): string {
  if (typeof value === 'string') return value;
  throw typeError(`join() argument must be str, bytes, or os.PathLike object, not '${typeNameOf(value)}'`);
}

function joinPaths(parts: readonly string[]): string {
  let result = parts[0] ?? '';
  for (const part of parts.slice(1)) {
    if (part.startsWith('/')) result = part;
    else if (result === '' || result.endsWith('/')) result += part;
    else result += `/${part}`;
  }
  return result;
}

function splitPath(path: string): readonly [string, string] {
  const at = path.lastIndexOf('/') + 1;
  const head = path.slice(0, at);
  return [/^\/*$/.test(head) ? head : head.replace(/\/+$/, ''), path.slice(at)];
}

function splitExtension(path: string): readonly [string, string] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  if (dot <= 0 || /^\.*$/.test(name.slice(0, dot))) return [path, ''];
  const at = path.length - name.length + dot;
  return [path.slice(0, at), path.slice(at)];
}

function normalize(path: string): string {
  if (path === '') return '.';
  const root = path.startsWith('/') ? (/^\/\/(?!\/)/.test(path) ? '//' : '/') : '';
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..' || (root === '' && (kept.length === 0 || kept.at(-1) === '..'))) kept.push(part);
    else kept.pop();
  }
  return root + kept.join('/') || '.';
}

function absolute(path: string): string {
  if (path.startsWith('/')) return path;
  throw new UnsupportedConstruct(
    'the absolute path of a relative one',
    'expressions have no current directory: begin the path with that of a variable such as `TOPDIR`',
  );
}

/** The current directory does not matter when both paths are relative to it and stay below it. */
function relative(path: string, start: Value | undefined): string {
  if (path === '') throw valueError('no path specified');
  const from = start === undefined || start === null ? '.' : textOf(start);
  const mixed = path.startsWith('/') !== from.startsWith('/');
  const target = normalize(mixed ? absolute(path) : path);
  const base = normalize(mixed ? absolute(from) : from);
  if (!target.startsWith('/') && base.split('/').includes('..')) absolute(base);
  const parts = target.split('/').filter((each) => each !== '' && each !== '.');
  const bases = base.split('/').filter((each) => each !== '' && each !== '.');
  let shared = 0;
  while (shared < parts.length && shared < bases.length && parts[shared] === bases[shared]) shared += 1;
  return [...bases.slice(shared).map(() => '..'), ...parts.slice(shared)].join('/') || '.';
}

function commonPath(paths: readonly string[]): string {
  if (paths.length === 0) throw valueError('commonpath() arg is an empty sequence');
  const rooted = paths.map((each) => each.startsWith('/'));
  if (new Set(rooted).size > 1) throw valueError("Can't mix absolute and relative paths");
  const split = paths.map((each) => each.split('/').filter((part) => part !== '' && part !== '.'));
  const [first = []] = split;
  const end = first.findIndex((part, index) => split.some((each) => each[index] !== part));
  return (rooted[0] ? '/' : '') + first.slice(0, end === -1 ? undefined : end).join('/');
}

function commonPrefix(texts: readonly string[]): string {
  const [first = ''] = texts;
  let end = first.length;
  for (const text of texts) while (!text.startsWith(first.slice(0, end))) end -= 1;
  return first.slice(0, end);
}
