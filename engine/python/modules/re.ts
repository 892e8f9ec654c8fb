import { PythonBytes } from '../values/bytes.ts';
import { exceptionClass } from '../values/exceptions.ts';
import { NativeFunction, native } from '../values/native.ts';
import { classOf } from '../values/python-class.ts';
import { typeError } from '../values/python-error.ts';
import { textOf } from '../values/text-methods.ts';
import { type PythonCallable, PythonModule, typeNameOf, type Value } from '../values/value.ts';
import { Pattern } from './re-pattern.ts';

const flagBits: Readonly<Record<string, bigint>> = {
  A: 256n,
  ASCII: 256n,
  I: 2n,
  IGNORECASE: 2n,
  L: 4n,
  M: 8n,
  MULTILINE: 8n,
  S: 16n,
  DOTALL: 16n,
  U: 32n,
  UNICODE: 32n,
  X: 64n,
  VERBOSE: 64n,
};

/** `re`: Python's patterns on an engine that counts its steps. */
export function regularExpressions(): PythonModule {
  const direct = ['match', 'search', 'fullmatch', 'findall', 'finditer', 'split', 'sub', 'subn'];
  const functions = direct.map((name) => {
    const flagAt = { sub: 4, subn: 4, split: 3 }[name] ?? 2;
    return new NativeFunction(name, ({ positional, keywords }) => {
      const named = new Map(keywords);
      const pattern = positional[0] ?? named.get('pattern') ?? null;
      const flags = named.get('flags') ?? positional[flagAt] ?? 0n;
      named.delete('flags');
      named.delete('pattern');
      const method = compiled(pattern, flags).attribute(name) as PythonCallable;
      return method.call({ positional: positional.slice(1, flagAt), keywords: named });
    });
  });
  return new PythonModule('re', {
    ...flagBits,
    ...Object.fromEntries(functions.map((each) => [each.name, each])),
    compile: native('compile', 'pattern flags?', (pattern = null, flags = 0n) => compiled(pattern, flags)),
    escape: native('escape', 'pattern', escapeText),
    purge: native('purge', '', () => null),
    error: exceptionClass('re.error'),
    Pattern: classOf(compiled('', 0n)),
    Match: classOf(compiled('', 0n).matchText('')),
  });
}

function escapeText(text: Value = null): Value {
  const escaped = (given: string): string => given.replace(/[\t-\r #$&()*+\-.?[\\\]^{|}~]/g, '\\$&');
  return text instanceof PythonBytes ? new PythonBytes(escaped(text.text)) : escaped(textOf(text));
}

const known = new Map<string, Pattern>();

function compiled(pattern: Value, flags: Value): Pattern {
  if (pattern instanceof Pattern) return pattern;
  const isBytes = pattern instanceof PythonBytes;
  if (!isBytes && typeof pattern !== 'string') {
    throw typeError(
      `first argument must be string or compiled pattern${pattern === null ? '' : `, not ${typeNameOf(pattern)}`}`,
    );
  }
  const text = isBytes ? pattern.text : pattern;
  const bits = typeof flags === 'bigint' ? flags : 0n;
  const key = `${isBytes}:${bits}:${text}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = new Pattern(text, bits, isBytes);
  if (known.size > 500) known.clear();
  known.set(key, made);
  return made;
}
