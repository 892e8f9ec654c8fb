import { ExceptionObject, exceptionClass, raised } from '../values/exceptions.ts';
import { NativeMethod, type PythonClass } from '../values/python-class.ts';
import { PythonException } from '../values/python-error.ts';
import { toText } from '../values/represent.ts';
import { isTrue, PythonList, PythonTuple, type Value } from '../values/value.ts';

/** Attributes of an exception from its arguments; `msg` is its text, `args` its arguments when they differ. */
type Maker = (...given: readonly Value[]) => Readonly<Record<string, Value>>;

/** Makes a class whose objects get attributes from their arguments. */
function shaped(name: string, base: string, make: Maker): void {
  const cls = exceptionClass(name, base);
  const start = new NativeMethod('__init__', (self, { positional, keywords }) => {
    if (!(self instanceof ExceptionObject)) return null;
    const given = [...positional, ...keywords.values()];
    self.args = new PythonTuple(given);
    for (const [key, value] of Object.entries(make(...given))) self.custom.fields.set(key, value);
    return null;
  });
  cls.members.set('__init__', start);
  cls.members.set(
    '__str__',
    new NativeMethod('__str__', (self) => {
      const fields = self instanceof ExceptionObject ? self.custom.fields : undefined;
      return toText(fields?.get('msg') ?? '');
    }),
  );
}

function plain(base: string, names: readonly string[]): void {
  for (const name of names) exceptionClass(name, base);
}

const text = (value: Value | undefined): string => toText(value ?? null);

plain('Exception', [
  'bb.BBHandledException',
  'bb.parse.SkipRecipe',
  'bb.utils.VersionStringException',
  'bb.data_smart.ExpansionError',
  'bb.build.FuncFailed',
  'bb.fetch2.NonLocalMethod',
]);
plain('bb.parse.SkipRecipe', ['bb.parse.SkipPackage']);

shaped('bb.parse.ParseError', 'Exception', (message = '', filename = null, line = 0n) => {
  const place = isTrue(line) ? `${text(filename)}:${text(line)}` : text(filename);
  return {
    message,
    filename,
    lineno: line,
    msg: filename === null ? `ParseError: ${text(message)}` : `ParseError at ${place}: ${text(message)}`,
  };
});
shaped('bb.fetch2.BBFetchException', 'Exception', (message = '') => ({ msg: message }));
shaped('bb.fetch2.UntrustedUrl', 'bb.fetch2.BBFetchException', (url = null, message = '') => ({
  url,
  msg: isTrue(message) ? text(message) : `The URL: '${text(url)}' is not trusted and cannot be used`,
}));
shaped('bb.fetch2.MalformedUrl', 'bb.fetch2.BBFetchException', (url = null, message = '') => ({
  url,
  msg: isTrue(message) ? message : `The URL: '${text(url)}' is invalid and cannot be interpreted`,
}));
shaped('bb.fetch2.FetchError', 'bb.fetch2.BBFetchException', (message = '', url = null) => ({
  url,
  msg: isTrue(url) ? `Fetcher failure for URL: '${text(url)}'. ${text(message)}` : `Fetcher failure: ${text(message)}`,
}));
plain('bb.fetch2.FetchError', ['bb.fetch2.ChecksumError', 'bb.fetch2.NoChecksumError']);
shaped('bb.fetch2.UnpackError', 'bb.fetch2.BBFetchException', (message = '', url = null) => ({
  url,
  msg: `Unpack failure for URL: '${text(url)}'. ${text(message)}`,
}));
shaped('bb.fetch2.NoMethodError', 'bb.fetch2.BBFetchException', (url = null) => ({
  url,
  msg: `Could not find a fetcher which supports the URL: '${text(url)}'`,
}));
shaped('bb.fetch2.MissingParameterError', 'bb.fetch2.BBFetchException', (missing = null, url = null) => ({
  missing,
  url,
  msg: `URL: '${text(url)}' is missing the required parameter '${text(missing)}'`,
}));
shaped('bb.fetch2.ParameterError', 'bb.fetch2.BBFetchException', (message = '', url = null) => ({
  url,
  msg: `URL: '${text(url)}' has invalid parameters. ${text(message)}`,
}));
shaped('bb.fetch2.NetworkAccess', 'bb.fetch2.BBFetchException', (url = null, cmd = null) => ({
  url,
  cmd,
  msg: `Network access disabled through BB_NO_NETWORK but access requested with command ${text(cmd)} (for url ${text(url)})`,
}));

function commandText(command: Value): string {
  return command instanceof PythonList ? command.items.map((each) => text(each)).join(' ') : text(command);
}

shaped('bb.process.CmdError', 'RuntimeError', (command = null, message = null) => ({
  command,
  msg: `Execution of '${commandText(command)}' failed${isTrue(message) ? `: ${text(message)}` : ''}`,
}));
shaped('bb.process.NotFoundError', 'bb.process.CmdError', (command = null) => ({
  command,
  msg: `Execution of '${commandText(command)}' failed: command not found`,
}));
shaped(
  'bb.process.ExecutionError',
  'bb.process.CmdError',
  (command = null, exitcode = null, stdout = null, stderr = null) => {
    const output = [stderr, stdout].map((each) => (isTrue(each) ? text(each) : '')).join('');
    const failed = `Execution of '${commandText(command)}' failed with exit code ${text(exitcode)}`;
    return {
      command,
      exitcode,
      stdout,
      stderr,
      extra_message: null,
      msg: output === '' ? failed : `${failed}:\n${output}`,
    };
  },
);

/** The exception classes of a module (`bb.parse`), by their names in it. */
export function exceptionsOf(module: string, names: readonly string[]): Readonly<Record<string, PythonClass>> {
  return Object.fromEntries(names.map((name) => [name, exceptionClass(`${module}.${name}`)]));
}

/** Raises an exception of a class by its full name. */
export function raise(name: string, ...args: readonly Value[]): never {
  const made = exceptionClass(name).call({ positional: args, keywords: new Map() });
  throw made instanceof ExceptionObject ? raised(made) : new PythonException(name, '');
}
