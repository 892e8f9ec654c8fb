import { isException } from '../values/exceptions.ts';
import { enter, leave } from '../values/meter.ts';
import { WithFields } from '../values/python-class.ts';
import { PythonException, typeError } from '../values/python-error.ts';
import { PythonGenerator } from '../values/python-generator.ts';
import { type CallArguments, PythonDict, PythonTuple, type Value } from '../values/value.ts';
import type { Completion } from './compiler.ts';
import { Frame, switchTo, traced } from './frame.ts';

/** A compiled `def` or `lambda`, shared by all functions that are made from it. */
export interface FunctionCode {
  readonly name: string;
  /** The name in messages: with the classes and functions around it. */
  readonly fullName: string;
  readonly documentation: string | null;
  /** Names of the parameters that positions can give; the first so many cannot be named. */
  readonly positional: readonly string[];
  readonly positionalOnly: number;
  readonly keywordOnly: readonly string[];
  readonly rest: boolean;
  readonly moreKeywords: boolean;
  /** How many slots a frame needs; known when the body has been compiled. */
  readonly size: () => number;
  readonly run: (frame: Frame) => Value;
  /** For a function with `yield`. */
  readonly generate?: ((frame: Frame) => Generator<Value, Completion, Value>) | undefined;
}

/** Default values, at the time of definition: of the last positional parameters, and of keyword-only ones. */
export interface Defaults {
  readonly positional: readonly Value[];
  readonly keywordOnly: ReadonlyMap<string, Value>;
}

/** A function made by `def` or `lambda`. */
export class PythonFunction extends WithFields {
  readonly typeName = 'function';
  readonly code: FunctionCode;
  readonly #closure: Frame;
  readonly #defaults: Defaults;

  constructor(code: FunctionCode, closure: Frame, defaults: Defaults) {
    super();
    this.code = code;
    this.#closure = closure;
    this.#defaults = defaults;
  }

  get name(): string {
    return this.code.name;
  }

  override attribute(name: string): Value | undefined {
    const own = this.fields.get(name);
    if (own !== undefined) return own;
    if (name === '__doc__') return this.code.documentation;
    if (name === '__defaults__') return someOf(this.#defaults.positional);
    if (name === '__kwdefaults__') {
      const { keywordOnly } = this.#defaults;
      return keywordOnly.size === 0 ? null : new PythonDict(keywordOnly);
    }
    if (name === '__dict__') return new PythonDict(this.fields);
    return name === '__qualname__' ? this.code.fullName : undefined;
  }

  call(given: CallArguments): Value {
    const { code } = this;
    const frame = new Frame(code.size(), this.#closure, this.#closure);
    this.#bind(given, frame.slots);
    if (code.generate !== undefined) return new PythonGenerator(running(code, code.generate(frame), frame));
    enter();
    const before = switchTo(frame);
    try {
      return code.run(frame);
    } catch (error) {
      throw traced(error, frame, code.name);
    } finally {
      switchTo(before);
      leave();
    }
  }

  #bind(given: CallArguments, slots: (Value | undefined)[]): void {
    const { code } = this;
    const { positional } = given;
    const count = code.positional.length;
    const direct = Math.min(positional.length, count);
    for (let index = 0; index < direct; index++) slots[index] = positional[index];
    let next = count;
    if (code.rest) {
      slots[next] = new PythonTuple(positional.slice(count));
      next += 1;
    } else if (positional.length > count) throw tooMany(code, this.#defaults, positional.length);
    if (given.keywords.size > 0 || code.moreKeywords) this.#bindKeywords(given, slots, next);
    if (direct < count) this.#fillPositional(slots, direct);
    if (code.keywordOnly.length > 0) this.#fillKeywordOnly(slots, next);
  }

  #bindKeywords(given: CallArguments, slots: (Value | undefined)[], firstKeywordOnly: number): void {
    const { code } = this;
    const more = code.moreKeywords ? new PythonDict() : undefined;
    for (const [name, value] of given.keywords) {
      const at = code.positional.indexOf(name);
      const only = code.keywordOnly.indexOf(name);
      if (at >= code.positionalOnly) {
        if (slots[at] !== undefined) throw typeError(`${code.fullName}() got multiple values for argument '${name}'`);
        slots[at] = value;
      } else if (only >= 0) slots[firstKeywordOnly + only] = value;
      else if (more !== undefined) more.set(name, value);
      else if (at >= 0) throw positionalOnly(code, given.keywords);
      else throw typeError(`${code.fullName}() got an unexpected keyword argument '${name}'`);
    }
    if (more !== undefined) slots[firstKeywordOnly + code.keywordOnly.length] = more;
  }

  #fillPositional(slots: (Value | undefined)[], from: number): void {
    const { positional } = this.code;
    const firstDefault = positional.length - this.#defaults.positional.length;
    const missing: string[] = [];
    for (let index = from; index < positional.length; index++) {
      if (slots[index] !== undefined) continue;
      const value = this.#defaults.positional[index - firstDefault];
      if (value === undefined) missing.push(positional[index] ?? '');
      else slots[index] = value;
    }
    if (missing.length > 0) throw missingArguments(this.code.fullName, 'positional', missing);
  }

  #fillKeywordOnly(slots: (Value | undefined)[], first: number): void {
    const missing: string[] = [];
    for (const [index, name] of this.code.keywordOnly.entries()) {
      if (slots[first + index] !== undefined) continue;
      const value = this.#defaults.keywordOnly.get(name);
      if (value === undefined) missing.push(name);
      else slots[first + index] = value;
    }
    if (missing.length > 0) throw missingArguments(this.code.fullName, 'keyword-only', missing);
  }
}

function someOf(items: readonly Value[]): Value {
  return items.length === 0 ? null : new PythonTuple(items);
}

function positionalOnly(
  { fullName, positional, positionalOnly: count }: FunctionCode,
  given: ReadonlyMap<string, Value>,
) {
  const named = positional.slice(0, count).filter((each) => given.has(each));
  return typeError(
    `${fullName}() got some positional-only arguments passed as keyword arguments: '${named.join(', ')}'`,
  );
}

/** The body of a generator function, with its places in errors. */
function* running(
  code: FunctionCode,
  body: Generator<Value, Completion, Value>,
  frame: Frame,
): Generator<Value, Value, Value> {
  try {
    yield* body;
    return frame.result;
  } catch (error) {
    traced(error, frame, code.name);
    if (isException(error, 'StopIteration'))
      throw new PythonException('RuntimeError', 'generator raised StopIteration');
    throw error;
  }
}

function missingArguments(name: string, kind: string, missing: readonly string[]): PythonException {
  const quoted = missing.map((each) => `'${each}'`);
  const last = quoted.pop() ?? '';
  const joint = quoted.length > 1 ? ', and ' : ' and ';
  const list = quoted.length === 0 ? last : `${quoted.join(', ')}${joint}${last}`;
  const noun = missing.length === 1 ? 'argument' : 'arguments';
  return typeError(`${name}() missing ${missing.length} required ${kind} ${noun}: ${list}`);
}

function tooMany({ fullName, positional }: FunctionCode, defaults: Defaults, given: number): PythonException {
  const most = positional.length;
  const least = most - defaults.positional.length;
  const takes = least < most ? `from ${least} to ${most}` : `${most}`;
  const noun = most === 1 && least === most ? 'argument' : 'arguments';
  return typeError(
    `${fullName}() takes ${takes} positional ${noun} but ${given} ${given === 1 ? 'was' : 'were'} given`,
  );
}
