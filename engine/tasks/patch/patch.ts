import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StxError } from '../../base/stx-error.ts';
import { systemError } from '../../base/system-error.ts';
import type { StoredDiagnostic } from '../../messages/stored-diagnostic.ts';
import type { BuiltinTask, TaskContext } from '../builtin-task.ts';
import { readSources, requireVariable } from '../fetch/sources.ts';
import { patchMarkerName, patchSets } from '../unpack/workdir-content.ts';
import { applyPatch, type PatchPlace } from './apply-patch.ts';
import { addToSeries, hasQuiltFormat } from './packaged-series.ts';
import { finishJournal, startJournal } from './patch-journal.ts';
import { emptySeries, listPatches, type PatchStep } from './patch-list.ts';
import { addToSpec, specFile } from './spec-series.ts';

/**
 * Applies the patches of SRC_URI to S. Fuzz is a warning, an offset a line of the log. PATCH_SET chooses a series;
 * PATCH_WITHIN is a folder that nothing outside of may be changed; PATCH_SERIES is the folder of a source package's own
 * patches: where its format keeps them, patches are put there for its tools to apply.
 */
export const run: BuiltinTask = async (context) => {
  const { variables } = context.order;
  const workdir = requireVariable(variables, 'WORKDIR');
  const set = patchSets.find((each) => each === (variables['PATCH_SET'] ?? '')) ?? '';
  const sources = readSources(variables);
  const listed = await listPatches(sources, set);
  const empty = (await emptySeries(sources, set)).map((path) => dropped(`\`${path}\` names no patch: none is applied`));
  const hasBefore = existsSync(join(workdir, patchMarkerName(set)));
  if (listed.length === 0 && (set === '' || !hasBefore)) return empty.length === 0 ? {} : { warnings: empty };
  const sourceDirectory = requireVariable(variables, 'S');
  await checkPresent(listed, sourceDirectory);
  const { steps, notes } = await withoutDropped(listed);
  const series = variables['PATCH_SERIES'] ?? '';
  const within = variables['PATCH_WITHIN'] ?? '';
  try {
    await startJournal({ workdir, set });
    const isExternal = (variables['EXTERNALSRC'] ?? '') !== '';
    const place = { workdir, set, sourceDirectory, within, isExternal, signal: context.signal };
    const isJoined = series !== '' && (await joinSeries(steps, series));
    const warnings = isJoined ? [] : await applyAll(steps, place, context);
    await finishJournal(
      { workdir, set },
      steps.map((step) => step.name),
    );
    return { warnings: [...empty, ...notes, ...warnings] };
  } catch (error) {
    throw error instanceof Error && 'errno' in error ? systemError(error, 'patching in', workdir) : error;
  }
};

/** Puts the patches where the format of the source package keeps its own; false when it keeps none. */
async function joinSeries(steps: readonly PatchStep[], series: string): Promise<boolean> {
  const spec = await specFile(series);
  if (spec !== undefined) await addToSpec(steps, series, spec);
  else if (await hasQuiltFormat(series)) await addToSeries(steps, series);
  else return false;
  return true;
}

async function applyAll(
  steps: readonly PatchStep[],
  place: PatchPlace,
  context: TaskContext,
): Promise<readonly StoredDiagnostic[]> {
  const warnings: StoredDiagnostic[] = [];
  for (const [index, step] of steps.entries()) {
    context.progress(step.name, index / steps.length);
    const said = await applyPatch(step, index, place);
    if (said === undefined) {
      warnings.push(dropped(`\`${step.name}\` is not applied: the folder of EXTERNALSRC has its changes already`));
      continue;
    }
    context.log(`${step.name}\n${said.trimEnd()}`);
    if (/^Hunk #\d+ .*with fuzz/m.test(said)) warnings.push(fuzzWarning(step, said));
  }
  return warnings;
}

/** An empty file that a stronger folder has in place of a patch drops it there. */
async function withoutDropped(
  listed: readonly PatchStep[],
): Promise<{ readonly steps: readonly PatchStep[]; readonly notes: readonly StoredDiagnostic[] }> {
  const steps: PatchStep[] = [];
  const notes: StoredDiagnostic[] = [];
  for (const step of listed) {
    if ((await stat(step.path)).size > 0) steps.push(step);
    else notes.push(dropped(`\`${step.name}\` is not applied: \`${step.path}\` is empty`));
  }
  return { steps, notes };
}

function dropped(message: string): StoredDiagnostic {
  return { code: 'patch-dropped', severity: 'note', message };
}

async function checkPresent(steps: readonly PatchStep[], sourceDirectory: string): Promise<void> {
  if (!existsSync(sourceDirectory)) {
    throw StxError.of('missing-input', `the source folder \`${sourceDirectory}\` is not there to be patched`, {
      setting: { variable: 'S' },
      help: 'set S to the folder that the sources unpack to',
    });
  }
  for (const step of steps) {
    if (existsSync(step.path)) continue;
    throw StxError.of('local-source-missing', `the patch \`${step.name}\` is not at \`${step.path}\``, {
      setting: { variable: 'SRC_URI' },
    });
  }
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
