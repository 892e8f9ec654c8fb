import { PythonBytes } from './bytes.ts';
import { bytesMethods } from './bytes-methods.ts';
import { dictMethods, frozenSetMethods, listMethods, sequenceMethods, setMethods } from './collection-methods.ts';
import { iteratorMethods } from './iterator-methods.ts';
import { floatMethods, integerMethods } from './number-methods.ts';
import { type Method, textMethods } from './text-methods.ts';
import { PythonDict, PythonIterator, PythonList, PythonRange, PythonSet, PythonTuple, type Value } from './value.ts';

/** Methods by name. */
export type MethodTable = ReadonlyMap<string, Method<Value>>;

function table<T extends Value>(methods: Readonly<Record<string, Method<T>>>): MethodTable {
  return new Map(Object.entries(methods)) as unknown as MethodTable;
}

const text = table(textMethods);
const integer = table(integerMethods);
const float = table(floatMethods);
const list = table(listMethods);
const sequence = table(sequenceMethods);
const dict = table(dictMethods);
const set = table(setMethods);
const frozenSet = table(frozenSetMethods);
const bytes = table(bytesMethods);
const iterator = table(iteratorMethods);

/** The methods of a builtin value, by name. */
export function builtinMethods(value: Value): MethodTable | undefined {
  if (typeof value === 'string') return text;
  if (typeof value === 'bigint' || typeof value === 'boolean') return integer;
  if (typeof value === 'number') return float;
  return value === null ? undefined : objectMethods(value);
}

function objectMethods(value: object): MethodTable | undefined {
  if (value instanceof PythonList) return list;
  if (value instanceof PythonDict) return (value.methods as MethodTable | undefined) ?? dict;
  if (value instanceof PythonSet) return value.frozen ? frozenSet : set;
  if (value instanceof PythonTuple || value instanceof PythonRange) return sequence;
  if (value instanceof PythonBytes) return bytes;
  return value instanceof PythonIterator ? iterator : undefined;
}

const byType: ReadonlyMap<string, MethodTable> = new Map([
  ['str', text],
  ['int', integer],
  ['bool', integer],
  ['float', float],
  ['list', list],
  ['tuple', sequence],
  ['range', sequence],
  ['dict', dict],
  ['set', set],
  ['frozenset', frozenSet],
  ['bytes', bytes],
]);

/** The methods of a builtin type, by its name. */
export function methodsOfType(name: string): MethodTable | undefined {
  return byType.get(name);
}
