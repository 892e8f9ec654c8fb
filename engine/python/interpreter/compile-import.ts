import type { StatementNode } from '../parse-python.ts';
import { attributeOf, findAttribute } from '../values/attributes.ts';
import { PythonException, UnsupportedConstruct } from '../values/python-error.ts';
import { PythonModule, type Value } from '../values/value.ts';
import { compileStore } from './compile-name.ts';
import type { CompileScope } from './compile-scope.ts';
import { type Compiler, type Exec, normal } from './compiler.ts';
import type { Frame } from './frame.ts';

/** `import a.b, c as d`. */
export function compileImport(_compiler: Compiler, node: StatementNode<'Import'>, scope: CompileScope): Exec {
  const parts = node.names.map(({ name, asname }) => {
    const [first = name] = name.split('.');
    return { name, first, named: Boolean(asname), store: compileStore(asname ?? first, scope) };
  });
  return (frame) => {
    for (const { name, first, named, store } of parts) {
      frame.at = node;
      const module = frame.context.importModule(name);
      store(frame, named || first === name ? module : frame.context.importModule(first));
    }
    return normal;
  };
}

/** `from a.b import c as d`. */
export function compileImportFrom(_compiler: Compiler, node: StatementNode<'ImportFrom'>, scope: CompileScope): Exec {
  if (node.names.some((each) => each.name === '*')) {
    return (frame) => {
      frame.at = node;
      throw new UnsupportedConstruct('`import *`', 'name what you need');
    };
  }
  const parts = node.names.map(({ name, asname }) => ({ name, store: compileStore(asname ?? name, scope) }));
  const prefix = `${'.'.repeat(node.level ?? 0)}${node.module ?? ''}`;
  if (prefix === '__future__') return () => normal;
  return (frame) => {
    frame.at = node;
    const module = frame.context.importModule(prefix);
    for (const { name, store } of parts) store(frame, member(frame, { module, prefix, name }));
    return normal;
  };
}

interface Wanted {
  readonly module: Value;
  readonly prefix: string;
  readonly name: string;
}

function member(frame: Frame, { module, prefix, name }: Wanted): Value {
  const found = findAttribute(module, name);
  if (found !== undefined) return found;
  try {
    return frame.context.importModule(prefix.endsWith('.') ? `${prefix}${name}` : `${prefix}.${name}`);
  } catch (error) {
    if (error instanceof UnsupportedConstruct && module instanceof PythonModule) return attributeOf(module, name);
    if (!(error instanceof PythonException) || !(module instanceof PythonModule)) throw error;
    throw new PythonException('ImportError', `cannot import name '${name}' from '${module.name}'`);
  }
}
