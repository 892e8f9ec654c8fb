import { projectPathReplacer } from '../../base/project-paths.ts';
import { importDatastore } from '../../datastore/portable-datastore.ts';
import { isPython } from '../../functions/function-flags.ts';
import { linesOf } from '../../functions/function-places.ts';
import type { StoredDiagnostic } from '../../messages/stored-diagnostic.ts';
import type { Sandbox } from '../../messages/task-order.ts';
import { attachHost } from '../../python/engine-host.ts';
import { isPurePython } from '../../python/purity.ts';
import { createPythonRuntime } from '../../python/python-runtime.ts';
import { PythonMessages } from './python-messages.ts';
import { PythonPlaces } from './python-places.ts';
import type { PythonEnd, PythonRun } from './python-run.ts';
import { runImpure } from './run-impure.ts';
import { runPure } from './run-pure.ts';
import { taskHost } from './task-host.ts';

/** A task may compute for longer than an expression. */
const mostSteps = 50_000_000;

/**
 * Runs the functions of a task of which at least one is Python: in the interpreter if all that is Python only computes,
 * else in a python3 of the task's own. Throws StxError when it cannot even be started.
 */
export async function runPython(
  run: PythonRun,
): Promise<PythonEnd & { readonly warnings: readonly StoredDiagnostic[] }> {
  const { order, work, log } = run;
  const runtime = createPythonRuntime({ maxSteps: mostSteps });
  const datastore = importDatastore(work.datastore, runtime);
  attachHost(datastore, taskHost({ ...order, libraries: work.libraries }));
  datastore.set('BB_LOGFILE', log.path);
  const places = new PythonPlaces((name) => linesOf(work.places.get(name)), { datastore, libraries: work.libraries });
  const messages = new PythonMessages(order, run.channel);
  const prepared = { ...run, runtime, datastore, places, messages, ...pathMaps(work.sandbox) };
  const python = [...work.prefuncs, order.task.task, ...work.postfuncs].filter((name) => isPython(datastore, name));
  const isPure = python.every((name) => isPurePython(name, datastore));
  const end = isPure ? await runPure(prepared) : await runImpure(prepared);
  return { ...end, warnings: messages.diagnostics };
}

/** Paths of the checkout have other names in a sandbox; what the task sets is translated back. */
function pathMaps(sandbox: Sandbox | undefined) {
  const relocations = sandbox?.relocations ?? [];
  return {
    toTask: projectPathReplacer(relocations.map(({ from, to }) => ({ path: from, placeholder: to }))),
    toHost: projectPathReplacer(relocations.map(({ from, to }) => ({ path: to, placeholder: from }))),
  };
}
