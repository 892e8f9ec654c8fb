import type { StoredDiagnostic } from '../../messages/stored-diagnostic.ts';
import { readFrames, recipePlace } from './backtrace.ts';
import type { PythonFrame, PythonPlaces } from './python-places.ts';
import type { ServedScript } from './python-services.ts';

/** What coprocess.py says of an exception that nobody caught. */
export interface PythonFailure {
  readonly type: string;
  readonly message: string | null;
  readonly frames: readonly PythonFrame[];
  /** bb.fatal: the message is all there is to say. */
  readonly handled: boolean;
  readonly shell?: {
    readonly function: string;
    readonly exitCode: number;
    readonly script: number;
    readonly report: string;
  };
}

/** What a message about a Python function begins with, and what it ends with. */
export interface FailureSetting {
  readonly title: string;
  readonly places: PythonPlaces;
  readonly script: (id: number) => ServedScript | undefined;
  readonly help: string | undefined;
  /** The end of the log. */
  readonly tail: string;
}

const shownMessage = 2000;
const shownCallers = 8;

/** The diagnostic of a failed Python function: the innermost place in a recipe or layer, and those that called it. */
export function pythonFailure(failure: PythonFailure, setting: FailureSetting): StoredDiagnostic {
  const [innermost, ...callers] = setting.places.placesOf(failure.frames);
  return {
    code: 'task-failed',
    severity: 'error',
    message: `${setting.title}${what(failure)}`,
    place: innermost?.place,
    related: callers.slice(0, shownCallers).map(({ place }) => ({ place, message: 'called from here' })),
    help: setting.help,
    detail: [...shellTrace(failure, setting), setting.tail].filter((part) => part !== '').join('\n'),
  };
}

function what({ handled, type, message, shell }: PythonFailure): string {
  if (shell !== undefined) return `: the shell function \`${shell.function}\` ended with exit code ${shell.exitCode}`;
  const text = (message ?? '').trim();
  const shown = text.length > shownMessage ? `${text.slice(0, shownMessage)} ...` : text;
  if (handled) return shown === '' ? ' gave up' : `: ${shown}`;
  if (type === 'SystemExit') return ` ended itself by ${shown}`;
  return ` raised ${type}${shown === '' ? '' : `: ${shown}`}`;
}

function shellTrace({ shell }: PythonFailure, setting: FailureSetting): readonly string[] {
  const script = shell === undefined ? undefined : setting.script(shell.script);
  if (shell === undefined || script === undefined) return [];
  return readFrames(shell.report).map(
    (frame, level) => `${level === 0 ? 'failed at' : 'called from'} ${recipePlace(frame, script.lines)}`,
  );
}
