import { decodeBytes, PythonBytes } from './bytes.ts';
import { typeError } from './python-error.ts';
import { type Method, textMethods } from './text-methods.ts';
import { PythonList, PythonTuple, type Value } from './value.ts';

function inside(value: Value | undefined): Value | undefined {
  if (value instanceof PythonBytes) return value.text;
  if (value instanceof PythonTuple) return new PythonTuple(value.items.map((each) => inside(each) ?? null));
  if (value instanceof PythonList) return new PythonList(value.items.map((each) => inside(each) ?? null));
  if (typeof value === 'string') throw typeError("a bytes-like object is required, not 'str'");
  return value;
}

function outside(value: Value): Value {
  if (typeof value === 'string') return new PythonBytes(value);
  if (value instanceof PythonList) return new PythonList(value.items.map(outside));
  if (value instanceof PythonTuple) return new PythonTuple(value.items.map(outside));
  return value;
}

const shared = [
  ...['split', 'rsplit', 'splitlines', 'join', 'replace', 'startswith', 'endswith', 'strip', 'lstrip', 'rstrip'],
  ...['lower', 'upper', 'find', 'rfind', 'index', 'rindex', 'count', 'isdigit', 'isalpha', 'isalnum', 'isspace'],
  ...['islower', 'isupper', 'removeprefix', 'removesuffix', 'partition', 'rpartition', 'ljust', 'rjust', 'center'],
  ...['zfill', 'title', 'capitalize', 'swapcase', 'expandtabs'],
];

/** Methods of `bytes`: those of `str` on the characters, and what belongs to bytes alone. */
export const bytesMethods: Readonly<Record<string, Method<PythonBytes>>> = {
  ...Object.fromEntries(shared.map((name) => [name, onCharacters(name)])),
  decode: {
    parameters: 'encoding? errors?',
    body: (self, encoding = 'utf-8', errors = 'strict') => decodeBytes(self, String(encoding), String(errors)),
  },
  hex: { parameters: '', body: (self) => self.toBuffer().toString('hex') },
};

function onCharacters(name: string): Method<PythonBytes> {
  const { parameters, body } = textMethods[name] as Method<string>;
  return { parameters, body: (self, ...values) => outside(body(self.text, ...values.map(inside))) };
}
