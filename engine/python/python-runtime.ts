import type { Span } from '../base/source-text.ts';
import type { Datastore, WritableDatastore } from '../datastore/datastore.ts';
import type { InlineEvaluator } from '../datastore/inline-evaluator.ts';
import { activeSession, runInSession } from './active-session.ts';
import { filterNames, namesFilters } from './bb/filter.ts';
import { compiledBody, compiledExpression } from './compiled.ts';
import { engineModules } from './engine-functions.ts';
import { attachedHost, type EngineHost } from './engine-host.ts';
import { currentPlace, type Frame, switchTo, traced } from './interpreter/frame.ts';
import { ModuleLibrary } from './module-library.ts';
import { pureModules } from './modules/all-modules.ts';
import { builtinNames } from './modules/builtins.ts';
import { machineModules } from './modules/host-os.ts';
import { openFunction } from './modules/open-file.ts';
import { timeModule } from './modules/time.ts';
import { pythonFailure, shownExpression } from './python-messages.ts';
import { SessionContext } from './session-context.ts';
import { metered } from './values/meter.ts';
import { native } from './values/native.ts';
import { LimitReached, UnsupportedConstruct } from './values/python-error.ts';
import { toText } from './values/represent.ts';
import { textOf } from './values/text-methods.ts';
import type { Value } from './values/value.ts';

/** Statements of a function, anonymous function, handler or task, as the datastore holds them, indented or not. */
export interface PythonBody {
  readonly text: string;
  /** Shown in messages: `do_compile`, `__anonymous`. */
  readonly name: string;
  /** Where a one-based line of `text` was written: the span of that line without its newline. */
  readonly lineAt?: (line: number) => Span | undefined;
}

/** What a body runs with. */
export interface PythonSession {
  readonly datastore: WritableDatastore;
  readonly host?: EngineHost;
  /** Further global names: `e` of a handler. They come before builtins. */
  readonly names?: ReadonlyMap<string, Value>;
}

/** Runs Python: `evaluate` gives the text of an expression, `execute` runs statements for what they do to `d`. */
export interface PythonRuntime extends InlineEvaluator {
  /** Throws StxError (codes of python/). A `return` at the top ends the body. */
  execute(body: PythonBody, session: PythonSession): void;
}

/** Limits, and what expressions may use of the engine. */
export interface RuntimeOptions {
  readonly maxSteps?: number;
  /** What the expressions of a datastore get from the engine; by default what was attached to it. */
  readonly hostOf?: (datastore: Datastore) => EngineHost | undefined;
}

const defaultMaxSteps = 1_000_000;
const maxMemory = 256 * 1024 * 1024;

/** A runtime; compiled code is shared by all runtimes, values by none. */
export function createPythonRuntime(options: RuntimeOptions = {}): PythonRuntime {
  const budget = { steps: options.maxSteps ?? defaultMaxSteps, memory: maxMemory };
  const bodyBudget = { ...budget, steps: options.maxSteps ?? defaultMaxSteps * 5 };
  const hostOf = options.hostOf ?? attachedHost;
  const library = createLibrary();
  const expression = (code: string, given: Expression): string => {
    const { datastore, where, names } = given;
    const source = { name: where, linesBefore: 0 };
    try {
      const program = compiledExpression(code);
      const frame = program.open({ context: new SessionContext(library, datastore, names), source });
      const session = { datastore, host: hostOf(datastore), place: currentPlace };
      return runInSession(session, () =>
        metered(budget, () => withFrame(frame, where, (open) => toText(program.run(open)))),
      );
    } catch (error) {
      throw pythonFailure(error, shownExpression(code.trim(), where), source);
    }
  };
  return {
    evaluate: (code, datastore, where) => expression(code, { datastore, where }),
    filter: (code, value, { datastore, where }) => {
      if (!namesFilters(code)) {
        runInSession({ datastore, host: hostOf(datastore) }, () => library.loadFilters());
      }
      return expression(code, { datastore, where, names: filterNames(value) });
    },
    execute(body, session) {
      const source: { name: string; linesBefore: number; lineAt: PythonBody['lineAt'] } = {
        name: body.name,
        linesBefore: 0,
        lineAt: body.lineAt,
      };
      try {
        const program = compiledBody(body.text);
        source.linesBefore = program.linesBefore;
        const { datastore, host, names } = session;
        const frame = program.open({ context: new SessionContext(library, datastore, names), source });
        const active = { datastore, host, place: currentPlace };
        runInSession(active, () => metered(bodyBudget, () => withFrame(frame, body.name, program.run)));
      } catch (error) {
        throw pythonFailure(error, `\`${body.name}\``, source);
      }
    },
  };
}

/** What an expression is evaluated with. */
interface Expression {
  readonly datastore: Datastore;
  readonly where: string;
  readonly names?: ReadonlyMap<string, Value>;
}

const tooMuch = 'nests too deep or makes a text that is too long';

/** Runs the outermost code of a session; its place is added to errors. */
function withFrame<R>(frame: Frame, name: string, run: (frame: Frame) => R): R {
  const before = switchTo(frame);
  try {
    return run(frame);
  } catch (error) {
    // The engine's own limits, of its stack and of the length of texts.
    const stopped = error instanceof RangeError ? new LimitReached(tooMuch) : error;
    throw traced(stopped, frame, name);
  } finally {
    switchTo(before);
  }
}

function createLibrary(): ModuleLibrary {
  const importable = pureModules();
  const modules = [...engineModules(), ...machineModules(), timeModule()];
  const load = native('__import__', 'name', (name) => library.importModule(textOf(name)));
  const names = new Map<string, Value>([
    ...builtinNames(print),
    ['open', openFunction()],
    ...modules.map((each) => [each.name, each] as const),
    [load.name, load],
  ]);
  const library = new ModuleLibrary(names, [...modules, ...importable]);
  return library;
}

function print(text: string): void {
  const { host } = activeSession();
  if (host?.log === undefined) {
    throw new UnsupportedConstruct('`print`', 'an expression only computes a value: use `bb.note` in a function');
  }
  host.log({ level: 'plain', text: text.replace(/\n$/, ''), place: currentPlace() });
}
