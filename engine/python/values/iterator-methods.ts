import { PythonException, typeError } from './python-error.ts';
import { PythonGenerator } from './python-generator.ts';
import type { Method } from './text-methods.ts';
import type { PythonIterator, Value } from './value.ts';

/** The error of an iterator that has come to its end. */
export function stopIteration(value: unknown): PythonException {
  const result = (value ?? null) as Value;
  return new PythonException('StopIteration', '', result === null ? [] : [result]);
}

/** Methods of iterators; `send`, `throw` and `close` belong to generators. */
export const iteratorMethods: Readonly<Record<string, Method<PythonIterator>>> = {
  __next__: { parameters: '', body: (self) => step(self.next()) },
  __iter__: { parameters: '', body: (self) => self },
  send: { parameters: 'value', body: (self, value = null) => step(generator(self, 'send').send(value)) },
  throw: {
    parameters: 'exception',
    body: (self, exception = null) => step(generator(self, 'throw').raise(exception)),
  },
  close: {
    parameters: '',
    body: (self) => {
      generator(self, 'close').close();
      return null;
    },
  },
};

function step(result: IteratorResult<Value, unknown>): Value {
  if (result.done === true) throw stopIteration(result.value);
  return result.value;
}

function generator(self: PythonIterator, method: string): PythonGenerator {
  if (self instanceof PythonGenerator) return self;
  throw typeError(`'${self.typeName}' object has no attribute '${method}'`);
}
