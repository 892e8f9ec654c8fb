import { mkdir } from 'node:fs/promises';
import { StxError } from '../../base/stx-error.ts';
import type { WritableDatastore } from '../../datastore/datastore.ts';
import { isPython, words } from '../../functions/function-flags.ts';
import { makeFunctionScript } from '../../functions/shell-script.ts';
import { environmentOf } from '../../functions/task-environment.ts';
import { type StoredDiagnostic, storeDiagnostic, storePlace } from '../../messages/stored-diagnostic.ts';
import type { EngineHost, PythonMessage } from '../../python/engine-host.ts';
import { takeLocks } from '../../tasks/file-locks.ts';
import { lineFinder } from './body-spans.ts';
import type { PreparedPython, PythonEnd } from './python-run.ts';
import { refuseEmptyingBy } from './refuse-unsafe-emptying.ts';
import { removeTree } from './remove-tree.ts';
import { runShell } from './run-shell.ts';

/** Runs the functions of a task one after the other: Python in the interpreter, shell in a script of its own. */
export async function runPure(task: PreparedPython): Promise<PythonEnd> {
  const name = task.order.task.task;
  for (const each of [...task.work.prefuncs, name, ...task.work.postfuncs]) {
    if (task.channel.signal.aborted) break;
    const cwd = each === name ? task.order.cwd : await prepareFunction(each, task);
    await using locks = await takeLocks({ lockFiles: each === name ? [] : ownLocks(each, task) }, task.channel.signal);
    if (!locks.held) break;
    const end = isPython(task.datastore, each) ? interpret(each, task) : await runScript(each, task, cwd);
    if (end.failed.length > 0) return end;
  }
  return { exitCode: 0, failed: [] };
}

/** The lock files of a function around the task that the task does not hold already. */
function ownLocks(name: string, { datastore, order }: PreparedPython): readonly string[] {
  return words(datastore.flag(name, 'lockfiles')).filter((path) => !order.lockFiles.includes(path));
}

/**
 * The folders of a function before or after the task. Gives where it starts: the last of `[dirs]`, else where BitBake starts
 * everything, or WORKDIR in a sandbox, which does not show that.
 */
async function prepareFunction(name: string, task: PreparedPython): Promise<string> {
  const { datastore, order, work } = task;
  const emptied = words(datastore.flag(name, 'cleandirs'));
  const made = words(datastore.flag(name, 'dirs'));
  for (const path of emptied) {
    refuseEmptyingBy(name, order, path);
    await removeTree(path);
  }
  for (const path of [...emptied, ...made]) await mkdir(path, { recursive: true });
  const start = made.at(-1) ?? datastore.get(work.sandbox === undefined ? 'TOPDIR' : 'WORKDIR');
  return start === undefined ? order.cwd : task.toTask(start);
}

function interpret(name: string, task: PreparedPython): PythonEnd {
  const { log } = task;
  try {
    execute(name, task.datastore, task);
    return { exitCode: 0, failed: [] };
  } catch (error) {
    if (!(error instanceof StxError)) throw error;
    const help = `the whole log is ${log.path}`;
    const tail = log.tail();
    const failed = error.diagnostics.map((each): StoredDiagnostic => {
      const stored = storeDiagnostic(each);
      log.write(`ERROR: ${stored.message}\n`);
      const code = ofTheTask.has(stored.code) ? 'task-failed' : stored.code;
      return { ...stored, code, message: titled(stored.message, task), help: stored.help ?? help, detail: tail };
    });
    return { exitCode: undefined, failed };
  }
}

/** What code does on purpose; the rest is a limit of the interpreter. */
const ofTheTask: ReadonlySet<string> = new Set(['layer-error', 'python-exception']);

function titled(message: string, { order }: PreparedPython): string {
  const { recipe, task } = order.task;
  return message.startsWith(`\`${task}\` `) ? `\`${recipe}\`: ${message}` : `\`${recipe}\`: \`${task}\`: ${message}`;
}

function execute(name: string, datastore: WritableDatastore, task: PreparedPython): void {
  const text = datastore.getUnexpanded(name) ?? '';
  const lineAt = lineFinder(task.places.lines(name));
  task.runtime.execute({ text, name, lineAt }, { datastore, host: hostOf(task) });
}

/** What a function that only computes gets of the engine: a log, and other functions of its recipe. */
function hostOf(task: PreparedPython): EngineHost {
  return {
    log: (message) => say(message, task),
    runFunction: (name, datastore) => execute(name, datastore, task),
  };
}

const prefixes: Readonly<Record<string, string>> = { debug: 'DEBUG: ', note: 'NOTE: ', plain: '' };

function say({ level, text, place }: PythonMessage, { log, messages }: PreparedPython): void {
  const isError = level.startsWith('error') || level === 'fatal';
  log.write(`${prefixes[level] ?? (isError ? 'ERROR: ' : 'WARNING: ')}${text}\n`);
  if (level === 'debug' || level === 'note' || level === 'fatal') return;
  const kind = level === 'plain' ? 'plain' : isError ? 'error' : 'warning';
  messages.take(kind, text, place && storePlace(place));
}

async function runScript(name: string, task: PreparedPython, cwd: string): Promise<PythonEnd> {
  const { order, datastore, log, channel, toTask, places, work } = task;
  const script = makeFunctionScript(name, datastore, {
    environment: environmentOf(datastore),
    umask: order.umask ?? '022',
    linesOf: (each) => places.lines(each),
  });
  const shell = { kind: 'shell', script: toTask(script.text), lines: script.lines, sandbox: work.sandbox } as const;
  const inside = { ...order, work: shell, cwd };
  const onProgress = (fraction: number): void => channel.send({ kind: 'progress', text: '', fraction });
  const shellRun = { order: inside, work: shell, log, signal: channel.signal, onProgress };
  const { exitCode, diagnostics } = await runShell(shellRun);
  return { exitCode, failed: diagnostics };
}
