import { type Diagnosed, errorDiagnostic } from '../base/diagnostic.ts';
import { createDatastore } from '../datastore/datastore-builder.ts';
import type { InlineEvaluator } from '../datastore/inline-evaluator.ts';
import { evaluateFile, inheritClasses } from './evaluate-file.ts';
import { Evaluation, type EvaluationContext } from './evaluation.ts';
import { whereLooked } from './include-file.ts';
import type { Collection } from './layer.ts';
import { loadLayers } from './load-layers.ts';

/** What the caller gives to every configuration. */
export interface GivenVariables {
  readonly evaluator: InlineEvaluator;
  readonly environment: Readonly<Record<string, string>>;
  /** Variable -> flag -> value, for what comes from the environment: `{ HOME: { export: '1' } }`. */
  readonly flags: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Set after all configuration files, before the classes of INHERIT. */
  readonly forced: Readonly<Record<string, string>>;
}

/** A base configuration that recipes can still be forked from. */
export interface OpenConfiguration {
  readonly name: string;
  readonly evaluation: Evaluation;
  readonly collections: readonly Collection[];
}

/** bblayers.conf, layer.conf files, bitbake.conf with all that it includes, base class and INHERIT, for one configuration. */
export function loadBaseConfiguration(
  name: string,
  context: EvaluationContext,
  given: GivenVariables,
): Diagnosed<OpenConfiguration | undefined> {
  const evaluation = new Evaluation(context, startDatastore(name, context, given));
  const collections = loadLayers(evaluation);
  if (!collections) return { value: undefined, diagnostics: evaluation.diagnostics };
  if (!readMainFile(evaluation)) return { value: undefined, diagnostics: evaluation.diagnostics };
  const { datastore } = evaluation;
  for (const [variable, value] of Object.entries(given.forced)) datastore.set(variable, value);
  inheritClasses(evaluation, 'base', undefined);
  inheritClasses(evaluation, datastore.get('INHERIT') ?? '', datastore.definition('INHERIT'));
  return { value: { name, evaluation, collections }, diagnostics: evaluation.diagnostics };
}

function startDatastore(name: string, context: EvaluationContext, given: GivenVariables): Evaluation['datastore'] {
  const datastore = createDatastore({
    evaluator: given.evaluator,
    given: { ...given.environment, TOPDIR: context.topDirectory, BB_CURRENT_MC: name },
  });
  for (const [variable, flags] of Object.entries(given.flags)) {
    for (const [flag, value] of Object.entries(flags)) datastore.setFlag(variable, flag, value);
  }
  return datastore;
}

function readMainFile(evaluation: Evaluation): boolean {
  const { path, lookedFor } = evaluation.find('conf/bitbake.conf', evaluation.searchDirectories());
  if (path !== undefined) return evaluateFile(evaluation, path);
  const help = `add the core layer to BBLAYERS; ${whereLooked(lookedFor)}`;
  evaluation.report(errorDiagnostic('no-layers', 'no layer has the file `conf/bitbake.conf`', { help }));
  return false;
}
