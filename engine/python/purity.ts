import type { Datastore } from '../datastore/datastore.ts';
import { eventClasses } from './events.ts';
import { pureModules } from './modules/all-modules.ts';
import { parseStatements } from './parse-python.ts';
import { PythonException } from './values/python-error.ts';
import { PythonModule, type Value } from './values/value.ts';

/** A node of a tree as the walk sees it. */
type AnyNode = { readonly nodeType: string } & Readonly<Record<string, unknown>>;

const builtinNames = `abs all any bool callable chr dict divmod enumerate filter float format frozenset getattr hasattr
  hex int isinstance iter len list map max min next oct ord pow range repr reversed round set slice sorted str sum tuple
  type zip True False None Exception ValueError KeyError TypeError AttributeError IndexError NotImplementedError
  RuntimeError StopIteration`;

/** What the interpreter has of the modules; the rest is left to python3. */
const moduleNames = `os.path.join os.path.basename os.path.dirname os.path.split os.path.splitext os.path.isabs
  os.path.normpath os.path.relpath os.path.commonpath os.path.commonprefix bb.plain bb.note bb.debug bb.warn bb.error
  bb.fatal bb.utils.contains bb.utils.contains_any bb.utils.filter bb.utils.filter_string bb.utils.to_boolean
  bb.utils.vercmp_string bb.utils.vercmp_string_op bb.utils.explode_deps bb.utils.explode_dep_versions2
  bb.utils.explode_dep_versions bb.utils.join_deps bb.utils.prune_suffix bb.data.inherits_class bb.data.createCopy oe.types.boolean
  oe.utils.ifelse oe.utils.conditional oe.utils.vartrue oe.utils.less_or_equal oe.utils.version_less_or_equal
  oe.utils.inherits oe.utils.any_distro_features oe.utils.all_distro_features oe.utils.both_contain
  oe.utils.set_intersect oe.utils.trim_version oe.utils.prune_suffix`;

const datastoreMethods = `getVar setVar appendVar prependVar delVar renameVar getVarFlag setVarFlag appendVarFlag
  prependVarFlag delVarFlag getVarFlags setVarFlags expand keys hasOverrides createCopy`;

const impureNodes = new Set(
  'With AsyncWith AsyncFor AsyncFunctionDef Await Yield YieldFrom ClassDef Match Global Nonlocal Delete'.split(' '),
);

const pureBuiltins = new Set(builtinNames.split(/\s+/));
/** Dotted names of `os`, `bb` and `oe` that only compute; the interpreter has all of them. */
export const pureMembers: ReadonlySet<string> = new Set(moduleNames.split(/\s+/));
const pureMethods = new Set(datastoreMethods.split(/\s+/));
const importable = new Set(['os', 'os.path', 'bb', 'bb.utils', 'bb.data', 'oe.utils', 'oe.types', 'oe']);
const runners = new Set(['bb.build.exec_func']);

/**
 * Whether a Python function of a recipe only computes with its datastore, so that the interpreter can run it; read from
 * the tree, through `def` functions and `bb.build.exec_func` of a name that is written out. A text with errors is not.
 */
export function isPurePython(name: string, datastore: Datastore): boolean {
  return new Purity(datastore).isPure(name);
}

/** The same for the text of an expression or of statements. */
export function isPureCode(code: string, datastore: Datastore): boolean {
  return new Purity(datastore).isPureText(code);
}

/** The same for a handler of events, which has its event as `e`. */
export function isPureHandler(name: string, datastore: Datastore): boolean {
  return new Purity(datastore, new Set(['data', 'getName', 'getPkgs', 'getFailures'])).isPure(name);
}

class Purity {
  readonly #datastore: Datastore;
  readonly #seen = new Set<string>();

  /** Members of `e` that the interpreter has, besides plain attributes. */
  readonly #eventMembers: ReadonlySet<string> | undefined;

  constructor(datastore: Datastore, eventMembers?: ReadonlySet<string>) {
    this.#datastore = datastore;
    this.#eventMembers = eventMembers;
  }

  isPure(name: string): boolean {
    if (this.#seen.has(name)) return true;
    this.#seen.add(name);
    if (this.#datastore.flagUnexpanded(name, 'python') === undefined) return false;
    return this.isPureText(this.#datastore.getUnexpanded(name) ?? '');
  }

  isPureText(text: string): boolean {
    const tree = treeOf(text);
    if (tree === undefined) return false;
    const bound = boundNames(tree);
    return [...walk(tree)].every((node) => this.#allows(node, bound));
  }

  #allows(node: AnyNode, bound: ReadonlySet<string>): boolean {
    switch (node.nodeType) {
      case 'Import':
        return aliases(node).every(
          ({ name, asname }) => !asname && (importable.has(name) || isLibrary(name.split('.'))),
        );
      case 'ImportFrom':
        return aliases(node).every(({ name }) => isPureMember(`${node['module']}.${name}`));
      case 'Name':
      case 'Attribute':
        return this.#allowsName(dottedName(node), bound);
      case 'Call':
        return this.#allowsCall(node);
      default:
        return !impureNodes.has(node.nodeType);
    }
  }

  /** `exec_func` is judged by the function that it names. */
  #allowsCall(node: AnyNode): boolean {
    const name = dottedName(node['func'] as AnyNode)?.join('.');
    if (name === undefined || !runners.has(name)) return true;
    const [first] = node['args'] as readonly AnyNode[];
    return first?.nodeType === 'Constant' && typeof first['value'] === 'string' && this.isPure(first['value']);
  }

  #allowsName(parts: readonly string[] | undefined, bound: ReadonlySet<string>): boolean {
    const [root, ...members] = parts ?? [];
    if (root === undefined || bound.has(root)) return true;
    if (root === 'd') return members.length === 0 || pureMethods.has(members[0] ?? '');
    if (root === 'e' && this.#eventMembers) return !members[0]?.startsWith('get') || this.#eventMembers.has(members[0]);
    if (members.length === 0 && pureBuiltins.has(root)) return true;
    if (members.length === 0 && this.#datastore.flagUnexpanded(root, 'func') !== undefined) return this.isPure(root);
    const dotted = [root, ...members].join('.');
    return runners.has(dotted) || isPureMember(dotted) || eventClasses().has(dotted);
  }
}

/** Whether the interpreter has a member of a module, and it only computes. */
function isPureMember(dotted: string): boolean {
  return pureMembers.has(dotted) || isLibrary(dotted.split('.'));
}

let library: ReadonlyMap<string, PythonModule> | undefined;

/** Whether a dotted name leads to something in Python's own library that the interpreter has. */
function isLibrary([root = '', ...members]: readonly string[]): boolean {
  library ??= new Map(pureModules().map((each) => [each.name, each]));
  let found: Value | undefined = library.get(root);
  for (const member of members) {
    if (!(found instanceof PythonModule)) return found !== undefined;
    found = found.members.get(member);
  }
  return found !== undefined;
}

function treeOf(text: string): AnyNode | undefined {
  try {
    return parseStatements(text) as unknown as AnyNode;
  } catch (error) {
    if (error instanceof PythonException) return undefined;
    throw error;
  }
}

/** Every node below one; of a dotted name only the whole. */
function* walk(root: AnyNode): Generator<AnyNode> {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const node = open.pop();
    if (Array.isArray(node)) open.push(...node);
    else if (isNode(node)) {
      yield node;
      if (node.nodeType !== 'Attribute' || dottedName(node) === undefined) open.push(...Object.values(node));
    } else if (typeof node === 'object' && node !== null) open.push(...Object.values(node));
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'nodeType' in value;
}

/** Names that the text itself gives a value: targets, parameters, loop variables, imported names. */
function boundNames(root: AnyNode): ReadonlySet<string> {
  const names = new Set([...walk(root)].flatMap(boundBy));
  names.delete('d');
  return names;
}

function boundBy(node: AnyNode): readonly string[] {
  switch (node.nodeType) {
    case 'Name':
      return isStore(node['ctx']) ? [String(node['id'])] : [];
    case 'Arg':
      return [String(node['arg'])];
    case 'ExceptHandler':
      return typeof node['name'] === 'string' ? [node['name']] : [];
    case 'FunctionDef':
      return [String(node['name'])];
    case 'ImportFrom':
      return aliases(node).map((each) => each.asname ?? each.name);
    default:
      return [];
  }
}

function aliases(node: AnyNode): readonly { readonly name: string; readonly asname?: string | null }[] {
  return node['names'] as readonly { readonly name: string; readonly asname?: string | null }[];
}

function isStore(context: unknown): boolean {
  return isNode(context) && context.nodeType === 'Store';
}

function dottedName(node: AnyNode): readonly string[] | undefined {
  if (node.nodeType === 'Name') return [String(node['id'])];
  if (node.nodeType !== 'Attribute') return undefined;
  const before = dottedName(node['value'] as AnyNode);
  return before === undefined ? undefined : [...before, String(node['attr'])];
}
