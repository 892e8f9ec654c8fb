import type { StatementNode } from '../parse-python.ts';
import { NativeMethod, objectClass, PythonClass, StaticMethod, typeClass } from '../values/python-class.ts';
import { typeError, UnsupportedConstruct } from '../values/python-error.ts';
import { RefusedClass } from '../values/refused-class.ts';
import { callValue, specialOf, typeNameOf, type Value } from '../values/value.ts';
import { declareBindings } from './bindings.ts';
import { documentationOf } from './compile-function.ts';
import { CompileScope } from './compile-scope.ts';
import type { Compiler, Eval } from './compiler.ts';
import { Frame, traced } from './frame.ts';

/** The class that a `class` statement makes, before decorators. */
export function compileClass(compiler: Compiler, node: StatementNode<'ClassDef'>, scope: CompileScope): Eval {
  const inner = new CompileScope('class', scope, `${scope.prefix}${node.name}.`);
  declareBindings(node.body, inner);
  const bases = compiler.expressions(node.bases, scope);
  const keywords = node.keywords.map((each) => ({
    name: each.arg ?? '**',
    value: compiler.expression(each.value, scope),
  }));
  const body = compiler.block(node.body, inner);
  const documentation = documentationOf(node.body);
  return (frame) => {
    const parents = bases(frame);
    frame.at = node;
    // `ABCMeta` is `type` here: it only marks.
    const odd = keywords.find(({ name, value }) => name !== 'metaclass' || value(frame) !== typeClass);
    if (odd !== undefined) throw new UnsupportedConstruct(`\`${odd.name}\` of a class`, 'leave it out');
    const classes = parents.map(asBase);
    const own = new Frame(inner.size, frame, frame);
    try {
      body(own);
    } catch (error) {
      throw traced(error, own, node.name);
    }
    const members = new Map<string, Value>([['__doc__', documentation]]);
    for (const [name, index] of inner.slots) {
      const value = own.slots[index];
      if (value !== undefined) members.set(name, name === '__new__' ? new StaticMethod(value) : value);
    }
    const cls = new PythonClass({ name: node.name, bases: classes.length > 0 ? classes : [objectClass], members });
    own.cls = cls;
    nameMembers(cls, members);
    return cls;
  };
}

function nameMembers(cls: PythonClass, members: ReadonlyMap<string, Value>): void {
  for (const [name, value] of members) {
    const told = specialOf(value, '__set_name__');
    if (told !== undefined) callValue(told, [cls, name]);
  }
  for (const base of cls.mro.slice(1)) {
    const hook = base.members.get('__init_subclass__');
    if (hook === undefined || hook === null || hook instanceof NativeMethod) continue;
    callValue(hook, [cls]);
    return;
  }
}

function asBase(value: Value): PythonClass {
  if (value instanceof RefusedClass) throw value.refusal();
  if (!(value instanceof PythonClass)) throw typeError(`a class cannot be made from a ${typeNameOf(value)} object`);
  const { native } = value;
  if (native?.make !== undefined && native.subclassable !== true) {
    if (value.name === 'bool') throw typeError("type 'bool' is not an acceptable base type");
    throw new UnsupportedConstruct(`a class below \`${value.name}\``, 'keep the value in an attribute of the class');
  }
  return value;
}
