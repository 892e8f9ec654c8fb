import { stat } from 'node:fs/promises';
import { StxError } from '../../base/stx-error.ts';
import { systemError } from '../../base/system-error.ts';
import type { StoredDiagnostic } from '../../messages/stored-diagnostic.ts';
import type { BuiltinTask } from '../builtin-task.ts';
import { readSources, requireVariable } from '../fetch/sources.ts';
import { applyPatch } from './apply-patch.ts';
import { finishJournal, startJournal } from './patch-journal.ts';
import { listPatches, type PatchStep } from './patch-list.ts';

/** Applies the patches of SRC_URI to S. Fuzz is a warning, an offset a line of the log. */
export const run: BuiltinTask = async (context) => {
  const { variables } = context.order;
  const workdir = requireVariable(variables, 'WORKDIR');
  const steps = await listPatches(readSources(variables));
  if (steps.length === 0) return {};
  const sourceDirectory = requireVariable(variables, 'S');
  await checkPresent(steps, sourceDirectory);
  const warnings: StoredDiagnostic[] = [];
  try {
    await startJournal(workdir);
    for (const [index, step] of steps.entries()) {
      context.progress(step.name, index / steps.length);
      const said = await applyPatch(step, index, { workdir, sourceDirectory, signal: context.signal });
      context.log(`${step.name}\n${said.trimEnd()}`);
      if (/^Hunk #\d+ .*with fuzz/m.test(said)) warnings.push(fuzzWarning(step, said));
    }
    await finishJournal(
      workdir,
      steps.map((step) => step.name),
    );
  } catch (error) {
    throw error instanceof Error && 'errno' in error ? systemError(error, 'patching in', workdir) : error;
  }
  return { warnings };
};

async function checkPresent(steps: readonly PatchStep[], sourceDirectory: string): Promise<void> {
  if (!(await exists(sourceDirectory))) {
    throw StxError.of('missing-input', `the source folder \`${sourceDirectory}\` is not there to be patched`, {
      setting: { variable: 'S' },
      help: 'set S to the folder that the sources unpack to',
    });
  }
  for (const step of steps) {
    if (await exists(step.path)) continue;
    throw StxError.of('local-source-missing', `the patch \`${step.name}\` is not at \`${step.path}\``, {
      setting: { variable: 'SRC_URI' },
    });
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

function fuzzWarning(step: PatchStep, said: string): StoredDiagnostic {
  const lines = said.split('\n').filter((line) => line.startsWith('Hunk #') || line.startsWith('patching '));
  return {
    code: 'patch-fuzz',
    severity: 'warning',
    message: `\`${step.name}\` applies only with fuzz: lines around its changes are not what it expects`,
    detail: lines.join('\n'),
    help: `refresh \`${step.path}\``,
  };
}
