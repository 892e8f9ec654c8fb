import type { Expression, StatementNode } from '../parse-python.ts';
import { findAttribute } from '../values/attributes.ts';
import { isEqual } from '../values/compare.ts';
import { spend, spendOn } from '../values/meter.ts';
import { isInstance, PythonClass } from '../values/python-class.ts';
import { PythonException, typeError } from '../values/python-error.ts';
import { isTrue, iterate, PythonDict, PythonList, PythonRange, PythonTuple, type Value } from '../values/value.ts';
import { compileStore } from './compile-name.ts';
import type { CompileScope } from './compile-scope.ts';
import type { Compiler } from './compiler.ts';
import type { Frame } from './frame.ts';

type MatchNode = StatementNode<'Match'>;
type Pattern = MatchNode['cases'][number]['pattern'];
type PatternOf<K extends Pattern['nodeType']> = Extract<Pattern, { readonly nodeType: K }>;
/** Whether a value has the shape; binds the names of the pattern on the way. */
type Test = (frame: Frame, value: Value) => boolean;

interface Cases<B> {
  readonly node: MatchNode;
  readonly compileBody: (body: MatchNode['cases'][number]['body']) => B;
}

/** The cases of a `match`: gives the body of the first that fits, or `undefined`. */
export function compileCases<B>(
  compiler: Compiler,
  { node, compileBody }: Cases<B>,
  scope: CompileScope,
): (frame: Frame, value: Value) => B | undefined {
  const patterns = new Patterns(compiler, scope);
  const cases = node.cases.map(({ pattern, guard, body }) => ({
    fits: patterns.compile(pattern),
    guard: guard ? compiler.expression(guard, scope) : undefined,
    body: compileBody(body),
  }));
  return (frame, value) => {
    const found = cases.find(({ fits, guard }) => {
      spend(1);
      return fits(frame, value) && (guard === undefined || isTrue(guard(frame)));
    });
    return found?.body;
  };
}

const builtinSelf = new Set(['bool', 'bytes', 'dict', 'float', 'frozenset', 'int', 'list', 'set', 'str', 'tuple']);

/** Compiles patterns of one scope. */
class Patterns {
  readonly #compiler: Compiler;
  readonly #scope: CompileScope;

  constructor(compiler: Compiler, scope: CompileScope) {
    this.#compiler = compiler;
    this.#scope = scope;
  }

  compile(node: Pattern): Test {
    switch (node.nodeType) {
      case 'MatchValue': {
        const wanted = this.#compiler.expression(node.value, this.#scope);
        return (frame, value) => isEqual(value, wanted(frame));
      }
      case 'MatchSingleton':
        return (_frame, value) => value === node.value;
      case 'MatchOr': {
        const choices = node.patterns.map((each) => this.compile(each));
        return (frame, value) => choices.some((each) => each(frame, value));
      }
      case 'MatchAs':
        return this.#bound(node);
      case 'MatchSequence':
        return this.#sequence(node);
      case 'MatchMapping':
        return this.#mapping(node);
      case 'MatchClass':
        return this.#object(node);
      case 'MatchStar':
        throw new PythonException('SyntaxError', "can't use starred pattern here");
    }
  }

  #bound(node: PatternOf<'MatchAs'>): Test {
    const inner = node.pattern ? this.compile(node.pattern) : undefined;
    const store = this.#store(node.name);
    return (frame, value) => {
      if (inner !== undefined && !inner(frame, value)) return false;
      store(frame, value);
      return true;
    };
  }

  #store(name: string | undefined): (frame: Frame, value: Value) => void {
    return name ? compileStore(name, this.#scope) : () => undefined;
  }

  #sequence(node: PatternOf<'MatchSequence'>): Test {
    const star = node.patterns.findIndex((each) => each.nodeType === 'MatchStar');
    const parts = node.patterns.map((each): Test => {
      if (each.nodeType !== 'MatchStar') return this.compile(each);
      const store = this.#store(each.name);
      return (frame, value) => {
        store(frame, value);
        return true;
      };
    });
    return (frame, value) => {
      if (!(value instanceof PythonList || value instanceof PythonTuple || value instanceof PythonRange)) return false;
      spendOn(value.count(), 'hashes');
      const items = [...iterate(value)];
      if (star === -1 ? items.length !== parts.length : items.length < parts.length - 1) return false;
      const extra = items.length - parts.length + 1;
      const given =
        star === -1 ? items : [...items.slice(0, star), rest(items, star, extra), ...items.slice(star + extra)];
      return parts.every((each, index) => each(frame, given[index] ?? null));
    };
  }

  #mapping(node: PatternOf<'MatchMapping'>): Test {
    const keys = node.keys.map((each: Expression) => this.#compiler.expression(each, this.#scope));
    const parts = node.patterns.map((each) => this.compile(each));
    const store = this.#store(node.rest);
    return (frame, value) => {
      if (!(value instanceof PythonDict)) return false;
      const names = keys.map((each) => each(frame));
      const fits = names.every((name, index) => {
        const item = value.has(name) ? (value.get(name) ?? null) : undefined;
        return item !== undefined && parts[index]?.(frame, item) === true;
      });
      if (!fits) return false;
      if (node.rest) store(frame, without(value, names));
      return true;
    };
  }

  #object(node: PatternOf<'MatchClass'>): Test {
    const cls = this.#compiler.expression(node.cls, this.#scope);
    const positional = node.patterns.map((each) => this.compile(each));
    const named = node.kwd_patterns.map((each, index) => ({
      name: node.kwd_attrs[index] ?? '',
      test: this.compile(each),
    }));
    return (frame, value) => {
      const wanted = cls(frame);
      if (!(wanted instanceof PythonClass)) throw typeError('called match pattern must be a class');
      if (!isInstance(value, wanted)) return false;
      const parts = [...byPosition(wanted, positional), ...named];
      return parts.every(({ name, test }) => {
        const item = name === undefined ? value : findAttribute(value, name);
        return item !== undefined && test(frame, item);
      });
    };
  }
}

function rest(items: readonly Value[], start: number, count: number): Value {
  return new PythonList(items.slice(start, start + count));
}

function without(dict: PythonDict, names: readonly Value[]): PythonDict {
  const left = new PythonDict(dict.entries());
  for (const name of names) left.delete(name);
  return left;
}

/** `C(a, b)`: the attributes that `__match_args__` names; a builtin value stands for itself. */
function byPosition(
  cls: PythonClass,
  tests: readonly Test[],
): readonly { readonly name: string | undefined; readonly test: Test }[] {
  if (tests.length === 0) return [];
  const known = cls.find('__match_args__');
  const names = known instanceof PythonTuple ? known.items.map(String) : [];
  const isBuiltin = cls.mro.some((each) => builtinSelf.has(each.name) && each.native !== undefined);
  const allowed = known === undefined && isBuiltin ? 1 : names.length;
  if (tests.length > allowed) {
    const noun = allowed === 1 ? 'sub-pattern' : 'sub-patterns';
    throw typeError(`${cls.name}() accepts ${allowed} positional ${noun} (${tests.length} given)`);
  }
  return tests.map((test, index) => ({ name: known === undefined ? undefined : names[index], test }));
}
