import type { Datastore } from '../datastore/datastore.ts';
import { exportDatastore } from '../datastore/portable-datastore.ts';
import { isPython, words } from '../functions/function-flags.ts';
import { functionPlaces } from '../functions/function-places.ts';
import { libraryFolders } from '../functions/python-libraries.ts';
import { makeFunctionScript } from '../functions/shell-script.ts';
import { environmentOf } from '../functions/task-environment.ts';
import type { FunctionStep, FunctionWork } from '../messages/task-order.ts';
import type { DescribedTask } from '../signatures/described-task.ts';
import { sandboxOf } from './task-sandbox.ts';

/**
 * The functions of one of the flags, each on its own as BitBake's exec_func runs them: in a process of its own, with its own
 * folders. `umask` is that of the task.
 */
export function functionSteps(
  described: DescribedTask,
  datastore: Datastore,
  more: { readonly flag: 'prefuncs' | 'postfuncs'; readonly umask: string },
): readonly FunctionStep[] {
  const task = described.task.id.task;
  return words(datastore.flag(task, more.flag)).map((name) => step(name, described, datastore, more.umask));
}

function step(name: string, described: DescribedTask, datastore: Datastore, umask: string): FunctionStep {
  const libraries = isPython(datastore, name) ? libraryFolders(datastore) : [];
  const { outputs, task } = described;
  const inside = sandboxOf(task.id.task, datastore, { outputs, libraries });
  const relocate = inside?.relocate ?? ((text: string) => text);
  const environment = environmentOf(datastore);
  const directories = words(datastore.flag(name, 'dirs'));
  const sandbox = inside?.sandbox;
  const start = directories.at(-1) ?? datastore.get(sandbox === undefined ? 'TOPDIR' : 'WORKDIR') ?? '/';
  const setting = { environment, umask };
  return {
    name,
    work: isPython(datastore, name)
      ? { ...pythonWork(described, datastore), sandbox, libraries }
      : { ...shellWork(name, datastore, { ...setting, relocate }), sandbox },
    directories,
    cleanDirectories: words(datastore.flag(name, 'cleandirs')),
    lockFiles: words(datastore.flag(name, 'lockfiles')),
    cwd: relocate(start),
    environment: Object.fromEntries(Object.entries(environment).map(([key, text]) => [key, relocate(text)])),
    progress: datastore.flag(name, 'progress') || undefined,
  };
}

function pythonWork({ task }: DescribedTask, datastore: Datastore) {
  const data = { datastore: exportDatastore(datastore), places: functionPlaces(task.recipe.datastore) };
  return { kind: 'python', prefuncs: [], postfuncs: [], ...data } as const;
}

type ShellWork = Extract<FunctionWork, { readonly kind: 'shell' }>;

/** The script of one shell function, as its sandbox sees it. */
export function shellWork(
  name: string,
  datastore: Datastore,
  more: {
    readonly environment: Readonly<Record<string, string>>;
    readonly umask: string;
    readonly relocate: (text: string) => string;
  },
): Omit<ShellWork, 'sandbox'> {
  const script = makeFunctionScript(name, datastore, more);
  return { kind: 'shell', script: more.relocate(script.text), lines: script.lines };
}
