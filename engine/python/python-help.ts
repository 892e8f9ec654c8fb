import { didYouMean } from '../base/spelling.ts';
import type { PythonException } from './values/python-error.ts';

const unset = "a variable is unset: write `(d.getVar('NAME') or '')` or give it a default with `?=`";

/** What the message of a type of exception shows, and the way out; the first that fits counts. */
const ways: readonly { readonly type: RegExp; readonly message?: RegExp; readonly help: string }[] = [
  { type: /^AttributeError$/, message: /^'NoneType'/, help: unset },
  { type: /^TypeError$/, message: /NoneType/, help: unset },
  {
    type: /^TypeError$/,
    message: /unsupported operand|can only concatenate|must be str, not|not supported between/,
    help: 'values of variables are text: convert with `int(...)` or `str(...)`',
  },
  { type: /^TypeError$/, message: /argument/, help: 'compare the call with the definition of the function' },
  {
    type: /^ValueError$/,
    message: /invalid literal|could not convert/,
    help: 'the text is no number: give the variable a number, or test it with `.isdigit()` first',
  },
  { type: /^ValueError$/, message: /to unpack/, help: 'the list has another length: test it before it is unpacked' },
  { type: /^KeyError$/, help: 'test for the key with `in`, or read it with `.get(key, default)`' },
  { type: /^IndexError$/, help: 'the list or text is shorter than expected: test its length first' },
  { type: /^ZeroDivisionError$/, help: 'test that the divisor is not 0' },
  {
    type: /^(?:FileNotFound|NotADirectory|IsADirectory|Permission|OS|IO)Error$/,
    help: 'correct the path, or test for it with `os.path.exists`',
  },
  {
    type: /^(?:ModuleNotFound|Import)Error$/,
    help: 'import a module that docs/language.md lists, or one below `lib` of a layer',
  },
  { type: /^AttributeError$/, help: 'the value is of another type than expected, or the name is misspelt' },
  { type: /^UnboundLocalError$/, help: 'give the variable a value on every path before it is read' },
];

/** The way out of an exception; nothing for one of which only its own message can say it. */
export function exceptionHelp({ typeName, unknownName }: PythonException, message: string): string | undefined {
  if (unknownName !== undefined) return nameHelp(unknownName.name, unknownName.inReach());
  const way = ways.find((each) => each.type.test(typeName) && (each.message?.test(message) ?? true));
  return way?.help;
}

function nameHelp(name: string, inReach: Iterable<string>): string {
  return (
    didYouMean(name, new Set([...inReach].filter((each) => !each.startsWith('__') || name.startsWith('_')))) ??
    `it is no variable, function or module in reach: quote it if it is a text, or read a variable with \`d.getVar('${name}')\``
  );
}

/** The way out of a text that is no Python. */
export function syntaxHelp(message: string): string {
  if (/string/i.test(message))
    return 'close the string with the quote that opened it; mind the quotes around the value';
  if (/indent|tab/i.test(message)) return 'indent all lines of a block alike, with four blanks';
  if (/never closed|does not match|unmatched|brackets?/i.test(message)) return 'give each bracket its partner';
  if (/expected ':'/.test(message)) return 'put a `:` at the end of the line that opens the block';
  return 'write Python 3: an expression in `${@...}`, statements in a function';
}
