export { PythonDict, PythonSet } from './hash-collections.ts';
export { maxSize } from './meter.ts';
export type { CallArguments, Custom, HashKey, ObjectClass, ObjectMethod, Value } from './objects.ts';
export {
  encoded,
  hashKey,
  identityOf,
  noKeywords,
  PythonAttributes,
  PythonCallable,
  PythonIterator,
  PythonList,
  PythonModule,
  PythonObject,
  PythonRange,
  PythonSlice,
  PythonTuple,
  typeNameOf,
  unhashable,
} from './objects.ts';
export {
  callValue,
  hasLength,
  hasSurrogates,
  isTrue,
  iterate,
  iteratorOf,
  lengthOf,
  specialOf,
  toIndex,
} from './protocol.ts';
