import { InternalError, StxError } from '../../base/stx-error.ts';
import type { WritableDatastore } from '../../datastore/datastore.ts';
import { isFunction, isPython, words } from '../../functions/function-flags.ts';
import { makeFunctionScript } from '../../functions/shell-script.ts';
import { environmentOf } from '../../functions/task-environment.ts';
import type { ScriptLine } from '../../messages/task-order.ts';
import { inheritsClass } from '../../python/inherits-class.ts';
import { compareVersionTexts } from '../../python/version-compare.ts';
import { reportingPrelude } from './backtrace.ts';
import { isDefinition, type PythonPlaces } from './python-places.ts';

/** A script that was handed to a Python task, to place its failures. */
export interface ServedScript {
  readonly lines: readonly ScriptLine[];
}

/** What the services of a co-process work with. */
export interface ServiceSetting {
  readonly datastore: WritableDatastore;
  readonly places: PythonPlaces;
  readonly umask: string;
  /** Host paths -> paths as the task sees them, and back. */
  toTask(text: string): string;
  toHost(text: string): string;
  /** Throws StxError when a function may not empty a folder (a host path). */
  checkEmptying(functionName: string, path: string): void;
}

type Answer = (datastore: WritableDatastore, ...texts: (string | undefined)[]) => unknown;

/** Answers what coprocess.py asks about `d` and the functions of the recipe. */
export class PythonServices {
  readonly #setting: ServiceSetting;
  readonly #stores: WritableDatastore[];
  readonly #scripts: ServedScript[] = [];
  readonly #operations: ReadonlyMap<string, Answer>;

  constructor(setting: ServiceSetting) {
    this.#setting = setting;
    this.#stores = [setting.datastore];
    this.#operations = new Map(Object.entries(this.#table()));
  }

  /** The frame that answers a question; what the metadata does not allow is an `error` in it. */
  answer([operation, ...given]: readonly unknown[]): { readonly value: unknown } | { readonly error: string } {
    try {
      if (operation === 'compare-versions') {
        return { value: compareVersionTexts(String(given[0]), String(given[1])) };
      }
      const [handle, ...rest] = given.map((each) => each ?? undefined);
      const datastore = this.#stores[Number(handle)];
      const answer = this.#operations.get(String(operation));
      if (datastore === undefined || answer === undefined) throw new InternalError(`no service \`${operation}\``);
      return { value: answer(datastore, ...rest.map(textOrSwitch)) ?? null };
    } catch (error) {
      if (!(error instanceof StxError)) throw error;
      return { error: error.diagnostics.map((each) => this.#setting.toTask(each.message)).join('; ') };
    }
  }

  /** A further datastore that events are told with; its handle. */
  addStore(datastore: WritableDatastore): number {
    return this.#stores.push(datastore) - 1;
  }

  script(id: number): ServedScript | undefined {
    return this.#scripts[id];
  }

  /** The `def` functions of the recipe, by name. */
  definitions(datastore = this.#setting.datastore): Readonly<Record<string, string>> {
    const names = datastore.names().filter((name) => isPython(datastore, name) && isDefinition(name, datastore));
    return Object.fromEntries(names.map((name) => [name, datastore.getUnexpanded(name) ?? '']));
  }

  #table(): Readonly<Record<string, Answer>> {
    const out = (text: string | undefined) => (text === undefined ? null : this.#setting.toTask(text));
    const into = (text: string) => this.#setting.toHost(text);
    return {
      get: (d, name = '', expand, strong) => out(read(d, name, { expand: Boolean(expand), strong: Boolean(strong) })),
      set: (d, name = '', value = '') => d.set(name, into(value)),
      unset: (d, name = '') => d.unset(name),
      rename: (d, from = '', to = '') => d.rename(from, to),
      overrides: (d, name = '') => d.hasOverrides(name),
      flag: (d, name = '', flag = '', expand) => out(expand ? d.flag(name, flag) : d.flagUnexpanded(name, flag)),
      'set-flag': (d, name = '', flag = '', value = '') => d.setFlag(name, flag, into(value)),
      'unset-flag': (d, name = '', flag = '') => d.unsetFlag(name, flag),
      flags: (d, name = '') => Object.fromEntries([...d.flags(name)].map(([flag, text]) => [flag, out(text)])),
      expand: (d, text = '', label) => out(d.expand(into(text), label ?? 'a text of a Python function')),
      'expand-keys': (d) => void d.expandNames(),
      keys: (d) => d.keys(),
      copy: (d) => this.addStore(d.fork()),
      inherits: (d, name = '') => inheritsClass(name, d),
      environment: (d) => mapValues(environmentOf(d), (text) => this.#setting.toTask(text)),
      function: (d, name = '') => this.#function(d, name),
      script: (d, name = '') => this.#script(d, name),
    };
  }

  #function(datastore: WritableDatastore, name: string): unknown {
    const body = datastore.getUnexpanded(name);
    if (body === undefined || !isFunction(datastore, name)) return body === undefined ? undefined : this.#plain(body);
    const folders = (flag: string) => words(datastore.flag(name, flag));
    for (const path of folders('cleandirs')) this.#setting.checkEmptying(name, path);
    return {
      body: body.trim(),
      python: isPython(datastore, name),
      dirs: folders('dirs').map((path) => this.#setting.toTask(path)),
      cleandirs: folders('cleandirs').map((path) => this.#setting.toTask(path)),
      lockfiles: folders('lockfiles').map((path) => this.#setting.toTask(path)),
    };
  }

  /** A variable that is run as a function is taken for shell, as BitBake does. */
  #plain(body: string): unknown {
    return { body: body.trim(), python: false, dirs: [], cleandirs: [], lockfiles: [] };
  }

  #script(datastore: WritableDatastore, name: string): unknown {
    const { places, umask, toTask } = this.#setting;
    const environment = { ...environmentOf(datastore) };
    // The folder that the script starts in is not to be what the engine was started in.
    delete environment['PWD'];
    const script = makeFunctionScript(name, datastore, {
      environment,
      umask,
      linesOf: (each) => places.lines(each),
    });
    const id = this.#scripts.push({ lines: script.lines }) - 1;
    return { id, script: toTask(script.text), prelude: reportingPrelude };
  }
}

/** Names may be numbers in Python; a switch that is off counts as left out. */
function textOrSwitch(value: unknown): string | undefined {
  if (value === undefined || value === false) return undefined;
  return String(value);
}

function read(
  datastore: WritableDatastore,
  name: string,
  how: { readonly expand: boolean; readonly strong: boolean },
): string | undefined {
  if (how.strong) return datastore.getStrong(name, how.expand);
  return how.expand ? datastore.get(name) : datastore.getUnexpanded(name);
}

function mapValues(
  record: Readonly<Record<string, string>>,
  change: (text: string) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(record).map(([key, text]) => [key, change(text)]));
}
