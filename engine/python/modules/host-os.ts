import type { HostFacts } from '../engine-host.ts';
import { neededFact, neededFiles } from '../host-access.ts';
import { NativeFunction, native } from '../values/native.ts';
import { PythonException, UnsupportedConstruct } from '../values/python-error.ts';
import { textOf } from '../values/text-methods.ts';
import {
  PythonDict,
  PythonIterator,
  PythonList,
  PythonModule,
  PythonSet,
  PythonTuple,
  type Value,
} from '../values/value.ts';
import { expandGlob } from './glob-pattern.ts';
import { osModule } from './os-path.ts';

/** A module with a member that is made when it is asked for. */
class LateModule extends PythonModule {
  readonly #late: ReadonlyMap<string, () => Value>;

  constructor(name: string, members: Readonly<Record<string, Value>>, late: ReadonlyMap<string, () => Value>) {
    super(name, members);
    this.#late = late;
  }

  override member(name: string): Value | undefined {
    return super.member(name) ?? this.#late.get(name)?.();
  }
}

/** `os` and `glob`: what computes, and what looks at files and facts through the host. */
export function machineModules(): readonly PythonModule[] {
  const plain = osModule();
  const path = plain.member('path');
  const members = path instanceof PythonModule ? Object.fromEntries(path.members) : {};
  const probes = [
    ...pathProbes(),
    ...refusedFunctions('os.path', ['realpath', 'islink', 'getsize', 'getmtime', 'samefile']),
  ];
  const os = new LateModule(
    'os',
    {
      ...Object.fromEntries(plain.members),
      path: new PythonModule('os.path', { ...members, ...byName(probes) }),
      ...byName([...osProbes(), ...factFunctions(), ...refusedFunctions('os', writers)]),
      ...{ F_OK: 0n, R_OK: 4n, W_OK: 2n, X_OK: 1n, name: 'posix', curdir: '.', pardir: '..' },
    },
    new Map([['environ', environment]]),
  );
  const glob = native('glob', 'pathname', (pattern) => new PythonList([...expandGlob(textOf(pattern))]));
  const lazily = native('iglob', 'pathname', (pattern) => listIterator(expandGlob(textOf(pattern))));
  return [os, new PythonModule('glob', byName([glob, lazily]))];
}

function byName(functions: readonly NativeFunction[]): Readonly<Record<string, Value>> {
  return Object.fromEntries(functions.map((each) => [each.name, each]));
}

function pathProbes(): readonly NativeFunction[] {
  const probe = (name: string, test: (kind: 'file' | 'directory' | 'missing') => boolean) =>
    native(name, 'path', (path) => test(neededFiles(`\`os.path.${name}\``).kind(textOf(path))));
  return [
    probe('exists', (kind) => kind !== 'missing'),
    probe('lexists', (kind) => kind !== 'missing'),
    probe('isfile', (kind) => kind === 'file'),
    probe('isdir', (kind) => kind === 'directory'),
  ];
}

function osProbes(): readonly NativeFunction[] {
  return [
    native('listdir', 'path?', (path = '.') => {
      const directory = textOf(path);
      const files = neededFiles('`os.listdir`');
      if (files.kind(directory) !== 'directory') throw missingFile(directory);
      return new PythonList([...files.list(directory)]);
    }),
    native('walk', 'top topdown?', (top) => listIterator(walk(textOf(top)))),
    native('access', 'path mode', (path) => neededFiles('`os.access`').kind(textOf(path)) !== 'missing'),
  ];
}

function* walk(top: string): Generator<Value> {
  const files = neededFiles('`os.walk`');
  const open = [top];
  for (let directory = open.shift(); directory !== undefined; directory = open.shift()) {
    const names = files.list(directory);
    const inside = names.filter((each) => files.kind(`${directory}/${each}`) === 'directory');
    const others = names.filter((each) => files.kind(`${directory}/${each}`) === 'file');
    const directories = new PythonList([...inside]);
    yield new PythonTuple([directory, directories, new PythonList([...others])]);
    // Code may take directories out of the list: those are left out.
    open.unshift(...directories.items.map((each) => `${directory}/${textOf(each)}`));
  }
}

function factFunctions(): readonly NativeFunction[] {
  const numbers: readonly (readonly [string, 'processId' | 'userId' | 'groupId' | 'processors'])[] = [
    ['getpid', 'processId'],
    ['getuid', 'userId'],
    ['geteuid', 'userId'],
    ['getgid', 'groupId'],
    ['getegid', 'groupId'],
    ['cpu_count', 'processors'],
  ];
  return [
    ...numbers.map(([name, fact]) => native(name, '', () => BigInt(neededFact(fact, `\`os.${name}\``)))),
    native('sched_getaffinity', 'pid', () => {
      const count = neededFact('processors', '`os.sched_getaffinity`');
      return new PythonSet(Array.from({ length: count }, (_, index) => BigInt(index)));
    }),
    native('uname', '', () => systemName(neededFact('uname', '`os.uname`'))),
    native('getcwd', '', () => neededFact('directory', '`os.getcwd`')),
    native('getenv', 'key default?', (name, missing = null) => environment().get(name ?? null) ?? missing),
  ];
}

function environment(): PythonDict {
  return new PythonDict(neededFact('environment', '`os.environ`'));
}

function systemName(facts: NonNullable<HostFacts['uname']>): Value {
  return new PythonTuple([...facts]);
}

/** The error for a file that is not there. */
export function missingFile(path: string): PythonException {
  const reason = 'No such file or directory';
  return new PythonException('FileNotFoundError', `[Errno 2] ${reason}: '${path}'`, [2n, reason, path]);
}

const writers = [
  ...['chdir', 'chmod', 'chown', 'kill', 'link', 'lstat', 'makedirs', 'mkdir', 'mkfifo', 'popen', 'putenv', 'readlink'],
  ...['remove', 'removedirs', 'rename', 'rmdir', 'scandir', 'stat', 'symlink', 'system', 'umask', 'unlink', 'utime'],
];

function refusedFunctions(module: string, names: readonly string[]): readonly NativeFunction[] {
  return names.map((name) => {
    const construct = `\`${module}.${name}\` while recipes are read`;
    return new NativeFunction(name, () => {
      throw new UnsupportedConstruct(construct, 'do it in a task');
    });
  });
}

function listIterator(items: Iterable<Value>): PythonIterator {
  return new PythonIterator('generator', items[Symbol.iterator]());
}
