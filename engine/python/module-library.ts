import { activeSession } from './active-session.ts';
import { compiledModule } from './compiled.ts';
import { type Context, traced } from './interpreter/frame.ts';
import { LayeredModule } from './layered-module.ts';
import { refusedImport } from './refused-modules.ts';
import { findAttribute } from './values/attributes.ts';
import { PythonException, UnsupportedConstruct } from './values/python-error.ts';
import type { PythonModule, Value } from './values/value.ts';

/** The names that all code knows, and the modules that it can import. */
export class ModuleLibrary {
  readonly names: ReadonlyMap<string, Value>;
  readonly #modules: ReadonlyMap<string, PythonModule>;
  readonly #fromLayers = new Map<string, { readonly text: string; readonly module: PythonModule }>();

  constructor(names: ReadonlyMap<string, Value>, modules: readonly PythonModule[]) {
    this.names = names;
    this.#modules = new Map(modules.map((each) => [each.name, each]));
    for (const each of modules) {
      if (each instanceof LayeredModule) each.completeFrom((name) => this.#layerModule(name));
    }
  }

  /** A module by its full name. Throws UnsupportedConstruct when it is not known. */
  importModule(name: string): Value {
    const found = this.#own(name) ?? this.#layerModule(name);
    if (found !== undefined) return found;
    const refused = refusedImport(name);
    if (refused !== undefined) return refused;
    throw new UnsupportedConstruct(
      `the module \`${name}\``,
      'use the modules listed in docs/language.md, or write the function out in the recipe',
    );
  }

  /** The modules that code can import. */
  importable(): Iterable<string> {
    return this.#modules.keys();
  }

  /** A module that a layer made known to all code with `addpylib`. */
  layerName(name: string): Value | undefined {
    return activeSession().host?.libraryNames?.has(name) ? this.#layerModule(name) : undefined;
  }

  /** Reads the modules that layers list in BBIMPORTS and that make functions known to `d.setVarFilter`. */
  loadFilters(): void {
    const { host } = activeSession();
    for (const directory of host?.libraryDirectories ?? []) {
      for (const name of host?.libraryNames ?? []) {
        const start = host?.files?.readText(`${directory}/${name}/__init__.py`) ?? '';
        const [, list = ''] = /^BBIMPORTS\s*=\s*\[([^\]]*)\]/m.exec(start) ?? [];
        for (const [, part = ''] of list.matchAll(/["'](\w+)["']/g)) {
          const text = host?.files?.readText(`${directory}/${name}/${part}.py`);
          if (text?.includes('filter_proc')) this.importModule(`${name}.${part}`);
        }
      }
    }
  }

  /** A module of ours, or a member of one that is a module. */
  #own(name: string): Value | undefined {
    const direct = this.#modules.get(name);
    if (direct !== undefined) return direct;
    const [first = '', ...path] = name.split('.');
    let found: Value | undefined = this.#modules.get(first);
    for (const each of path) found = found === undefined ? undefined : findAttribute(found, each);
    return found;
  }

  #layerModule(name: string): Value | undefined {
    const { host } = activeSession();
    const path = name.replaceAll('.', '/');
    for (const directory of host?.libraryDirectories ?? []) {
      for (const file of [`${directory}/${path}.py`, `${directory}/${path}/__init__.py`]) {
        const text = host?.files?.readText(file);
        if (text !== undefined) return this.#load(name, file, text);
      }
    }
    return undefined;
  }

  #load(name: string, file: string, text: string): PythonModule {
    const known = this.#fromLayers.get(file);
    if (known !== undefined && known.text === text) return known.module;
    const members = new Map<string, Value>([
      ['__name__', name],
      ['__file__', file],
    ]);
    const module = new LayeredModule(name, members);
    module.completeFrom((wanted) => this.#layerModule(wanted));
    this.#fromLayers.set(file, { text, module });
    try {
      this.#run(module, { members, file, text });
    } catch (error) {
      this.#fromLayers.delete(file);
      throw error;
    }
    return module;
  }

  #run(
    module: PythonModule,
    given: { readonly members: Map<string, Value>; readonly file: string; readonly text: string },
  ): void {
    const { members, file, text } = given;
    const program = compiledModule(text);
    const packageName = file.endsWith('/__init__.py') ? module.name : module.name.split('.').slice(0, -1).join('.');
    const context = this.#moduleContext(packageName, members);
    const frame = program.open({ context, source: { name: module.name, linesBefore: program.linesBefore } });
    try {
      program.run(frame);
    } catch (error) {
      throw traced(error, frame, module.name);
    }
    for (const name of program.names()) {
      const value = program.read(frame, name);
      if (value !== undefined) members.set(name, value);
    }
  }

  #moduleContext(packageName: string, members: ReadonlyMap<string, Value>): Context {
    return {
      globals: new Map(),
      handling: [],
      // `__name__` and `__file__` are those of the module.
      lookUp: (name) => members.get(name) ?? this.names.get(name) ?? this.layerName(name),
      importModule: (name) => this.importModule(absoluteName(name, packageName)),
      namesInReach: () => [...members.keys(), ...this.names.keys(), ...this.importable()],
    };
  }
}

/** `..a` seen from a package. Throws ImportError. */
function absoluteName(name: string, packageName: string): string {
  const dots = /^\.*/.exec(name)?.[0].length ?? 0;
  if (dots === 0) return name;
  const parts = packageName.split('.');
  if (dots > parts.length)
    throw new PythonException('ImportError', 'attempted relative import beyond top-level package');
  return [...parts.slice(0, parts.length - dots + 1), name.slice(dots)].filter((each) => each !== '').join('.');
}
