import { NativeMethod, objectClass, PythonClass } from './python-class.ts';
import { PythonException, typeError } from './python-error.ts';
import { type Custom, PythonList, PythonObject, PythonTuple, type Value } from './value.ts';

/** An exception as code sees it. */
export class ExceptionObject extends PythonObject {
  readonly typeName = 'Exception';
  override readonly custom: Custom;
  args: PythonTuple;
  cause: Value = null;
  context: Value = null;
  /** After `raise X from Y`. */
  hidesContext = false;

  constructor(cls: PythonClass, args: readonly Value[]) {
    super();
    this.custom = { cls, fields: new Map() };
    this.args = new PythonTuple(args);
  }

  get class(): PythonClass {
    return this.custom.cls as PythonClass;
  }

  /** An attribute that belongs to exceptions. */
  attribute(name: string): Value | undefined {
    if (name === 'args') return this.args;
    if (name === '__cause__') return this.cause;
    if (name === '__context__') return this.context;
    if (name === '__suppress_context__') return this.hidesContext;
    if (name === '__traceback__') return null;
    const at = ownAttributes.get(name);
    if (at === undefined || !this.class.mro.some((each) => each.name === at[0])) return undefined;
    const enough = at[0] !== 'OSError' || this.args.items.length > 1;
    return (enough ? this.args.items[at[1]] : undefined) ?? null;
  }
}

/** Attributes of some exceptions: the class, and the argument that they name. */
const ownAttributes: ReadonlyMap<string, readonly [string, number]> = new Map([
  ['errno', ['OSError', 0]],
  ['strerror', ['OSError', 1]],
  ['filename', ['OSError', 2]],
  ['code', ['SystemExit', 0]],
  ['value', ['StopIteration', 0]],
  ['msg', ['SyntaxError', 0]],
]);

const classes = new Map<string, PythonClass>();

/** The class of exceptions by its full name; made, below `base`, when there is none. */
export function exceptionClass(fullName: string, base = 'Exception'): PythonClass {
  const known = classes.get(fullName);
  if (known !== undefined) return known;
  const dot = fullName.lastIndexOf('.');
  const cls = new PythonClass({
    name: fullName.slice(dot + 1),
    module: fullName.slice(0, Math.max(dot, 0)),
    bases: [fullName === 'BaseException' ? objectClass : exceptionClass(base)],
    ...(fullName === 'BaseException' ? baseException() : {}),
  });
  classes.set(fullName, cls);
  return cls;
}

function baseException(): Pick<ConstructorParameters<typeof PythonClass>[0], 'native' | 'members'> {
  const start = new NativeMethod('__init__', (self, { positional, keywords }) => {
    if (!(self instanceof ExceptionObject)) throw typeError("descriptor '__init__' requires a 'BaseException' object");
    if (keywords.size > 0) throw typeError(`${self.class.name}() takes no keyword arguments`);
    self.args = new PythonTuple(positional);
    return null;
  });
  const chain = new NativeMethod('with_traceback', (self) => self);
  const note = new NativeMethod('add_note', (self, { positional: [text = null] }) => {
    if (!(self instanceof ExceptionObject)) return null;
    const notes = self.custom.fields.get('__notes__');
    if (notes instanceof PythonList) notes.items.push(text);
    else self.custom.fields.set('__notes__', new PythonList([text]));
    return null;
  });
  return {
    native: { create: (cls, { positional }) => new ExceptionObject(bySystemError(cls, positional), positional) },
    members: new Map<string, Value>([
      ['__init__', start],
      ['with_traceback', chain],
      ['add_note', note],
    ]),
  };
}

const hierarchy: readonly (readonly [string, readonly string[]])[] = [
  ['BaseException', ['SystemExit', 'KeyboardInterrupt', 'GeneratorExit', 'Exception']],
  [
    'Exception',
    [
      ...[
        'ArithmeticError',
        'AssertionError',
        'AttributeError',
        'BufferError',
        'EOFError',
        'ImportError',
        'LookupError',
      ],
      ...['MemoryError', 'NameError', 'OSError', 'ReferenceError', 'RuntimeError', 'StopIteration', 'SyntaxError'],
      ...['SystemError', 'TypeError', 'ValueError', 'Warning', 're.error'],
    ],
  ],
  ['ArithmeticError', ['FloatingPointError', 'OverflowError', 'ZeroDivisionError']],
  ['ImportError', ['ModuleNotFoundError']],
  ['LookupError', ['IndexError', 'KeyError']],
  ['NameError', ['UnboundLocalError']],
  [
    'OSError',
    [
      ...['BlockingIOError', 'ChildProcessError', 'ConnectionError', 'FileExistsError', 'FileNotFoundError'],
      ...['InterruptedError', 'IsADirectoryError', 'NotADirectoryError', 'PermissionError', 'ProcessLookupError'],
      'TimeoutError',
    ],
  ],
  ['RuntimeError', ['NotImplementedError', 'RecursionError']],
  ['SyntaxError', ['IndentationError']],
  ['ValueError', ['UnicodeError', 'json.decoder.JSONDecodeError', 'binascii.Error']],
  ['UnicodeError', ['UnicodeDecodeError', 'UnicodeEncodeError']],
  ['Warning', ['DeprecationWarning', 'RuntimeWarning', 'UserWarning', 'FutureWarning', 'SyntaxWarning']],
];

for (const [base, names] of hierarchy) for (const name of names) exceptionClass(name, base);

/** The classes of exceptions that every code knows by name. */
export function exceptionNames(): readonly (readonly [string, PythonClass])[] {
  const own = [...classes].filter(([name]) => !name.includes('.'));
  return [...own, ['IOError', exceptionClass('OSError')], ['EnvironmentError', exceptionClass('OSError')]];
}

const bySystemNumber: ReadonlyMap<bigint, string> = new Map([
  [1n, 'PermissionError'],
  [2n, 'FileNotFoundError'],
  [10n, 'ChildProcessError'],
  [11n, 'BlockingIOError'],
  [13n, 'PermissionError'],
  [17n, 'FileExistsError'],
  [20n, 'NotADirectoryError'],
  [21n, 'IsADirectoryError'],
]);

/** `OSError(2, ...)` is a FileNotFoundError. */
function bySystemError(cls: PythonClass, [number]: readonly Value[]): PythonClass {
  const name = typeof number === 'bigint' && cls === classes.get('OSError') ? bySystemNumber.get(number) : undefined;
  return name === undefined ? cls : exceptionClass(name);
}

/** The name that messages show: with its module when it is not a builtin. */
export function fullNameOf(cls: PythonClass): string {
  return cls.module === '' ? cls.name : `${cls.module}.${cls.name}`;
}

/** The object of an exception that is on its way. */
export function objectOf(error: PythonException): ExceptionObject {
  if (error.object instanceof ExceptionObject) return error.object;
  const values = (error.values as readonly Value[] | undefined) ?? (error.message === '' ? [] : [error.message]);
  const made = new ExceptionObject(exceptionClass(error.typeName), values);
  error.object = made;
  return made;
}

/** The error that carries an exception object up. */
export function raised(object: ExceptionObject): PythonException {
  const error = new PythonException(fullNameOf(object.class), '');
  error.object = object;
  return error;
}

/** Whether an error is a Python exception of a builtin class or of one below it. */
export function isException(error: unknown, name: string): error is PythonException {
  return error instanceof PythonException && objectOf(error).class.isSubclassOf(exceptionClass(name));
}
