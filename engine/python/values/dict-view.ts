import { type PythonDict, PythonObject, PythonTuple, type Value } from './value.ts';

/** What `keys()`, `values()` and `items()` give: sees later changes of the dict. */
export class DictView extends PythonObject {
  readonly typeName: 'dict_keys' | 'dict_values' | 'dict_items';
  readonly dict: PythonDict;

  constructor(typeName: DictView['typeName'], dict: PythonDict) {
    super();
    this.typeName = typeName;
    this.dict = dict;
  }

  *#go(): Generator<Value> {
    for (const entry of this.dict.watched()) yield this.#part(entry);
  }

  /** The items as they are now. */
  values(): readonly Value[] {
    return this.dict.entries().map((entry) => this.#part(entry));
  }

  #part(entry: readonly [Value, Value]): Value {
    if (this.typeName === 'dict_items') return new PythonTuple([entry[0], entry[1]]);
    return this.typeName === 'dict_keys' ? entry[0] : entry[1];
  }

  /** Whether it behaves as a set. */
  get isSet(): boolean {
    return this.typeName !== 'dict_values';
  }

  override iterable(): Iterable<Value> {
    return this.#go();
  }

  override count(): number {
    return this.dict.size;
  }
}
