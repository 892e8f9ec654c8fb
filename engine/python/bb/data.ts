import { activeSession } from '../active-session.ts';
import { currentPlace, readVariable } from '../datastore-access.ts';
import { datastoreObjectOf, datastoreOf } from '../datastore-object.ts';
import { inheritsClass } from '../inherits-class.ts';
import { NativeFunction, native } from '../values/native.ts';
import { textOf } from '../values/text-methods.ts';
import { callValue, isTrue, PythonList, PythonModule, type Value } from '../values/value.ts';

/** `bb.data`: the functions of `d` under their old names. */
export function dataModule(): PythonModule {
  const functions = [
    native('inherits_class', 'klass d', (name, d) => inheritsClass(textOf(name), datastoreOf(d))),
    native('createCopy', 'source', (d) => datastoreObjectOf(d).copy()),
    native('keys', 'd', (d) => new PythonList([...datastoreOf(d).keys()])),
    native('expand', 's d varname?', (text = null, d) =>
      typeof text === 'string' ? datastoreOf(d).expand(text) : text,
    ),
    native('expandKeys', 'alterdata readdata?', (d) => expandKeys(d)),
    native('getVar', 'var d exp?', (name, d, expand = true) =>
      readVariable(datastoreOf(d), textOf(name), isTrue(expand)),
    ),
    ...['setVar', 'getVarFlag', 'setVarFlag', 'delVar', 'delVarFlag', 'renameVar'].map(methodOf),
  ];
  return new PythonModule('bb.data', Object.fromEntries(functions.map((each) => [each.name, each])));
}

function expandKeys(d: Value | undefined): null {
  for (const { message } of datastoreObjectOf(d).writable().expandNames()) {
    activeSession().host?.log?.({ level: 'warning', text: message, place: currentPlace() });
  }
  return null;
}

/** `bb.data.setVar(name, value, d)`: the method of `d`, which comes last. */
function methodOf(name: string): NativeFunction {
  return new NativeFunction(name, ({ positional }) => {
    const method = datastoreObjectOf(positional.at(-1)).attribute(name) ?? null;
    return callValue(method, positional.slice(0, -1));
  });
}
