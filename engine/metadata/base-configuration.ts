import { type Diagnosed, type Diagnostic, errorDiagnostic } from '../base/diagnostic.ts';
import { createDatastore } from '../datastore/datastore-builder.ts';
import type { InlineEvaluator } from '../datastore/inline-evaluator.ts';
import { checkAnswers } from './check-answers.ts';
import { makeCollections } from './collections.ts';
import { evaluateFile, inheritClasses } from './evaluate-file.ts';
import { Evaluation, type EvaluationContext } from './evaluation.ts';
import { fire, registerHandlers, reported } from './event-handlers.ts';
import { whereLooked } from './include-file.ts';
import type { Collection } from './layer.ts';
import { loadLayers } from './load-layers.ts';
import { findRenamed } from './renamed-variables.ts';

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
  /** What is wrong with priorities, patterns and dependencies of layers: with errors no recipe is read. */
  readonly layerProblems: readonly Diagnostic[];
}

/** bblayers.conf, layer.conf files, bitbake.conf with all that it includes, base class and INHERIT, for one configuration. */
export function loadBaseConfiguration(
  name: string,
  context: EvaluationContext,
  given: GivenVariables,
): Diagnosed<OpenConfiguration | undefined> {
  const evaluation = new Evaluation(context, startDatastore(name, context, given));
  let value: OpenConfiguration | undefined;
  reported(evaluation, () => {
    value = readConfiguration(name, evaluation, given);
  });
  return { value, diagnostics: evaluation.diagnostics };
}

function readConfiguration(name: string, evaluation: Evaluation, given: GivenVariables): OpenConfiguration | undefined {
  const origins = loadLayers(evaluation);
  if (!origins) return undefined;
  const { datastore } = evaluation;
  if (!readMainFile(evaluation)) {
    for (const each of makeCollections(datastore, origins).diagnostics) evaluation.report(each);
    return undefined;
  }
  for (const [variable, value] of Object.entries(given.forced)) datastore.set(variable, value);
  inheritClasses(evaluation, { names: 'base', span: undefined });
  inheritClasses(evaluation, { names: datastore.get('INHERIT') ?? '', span: datastore.definition('INHERIT') });
  reported(evaluation, () => registerHandlers(evaluation));
  reported(evaluation, () => fire(evaluation, 'ConfigParsed'));
  for (const each of findRenamed(datastore)) evaluation.report(each);
  reported(evaluation, () => checkAnswers(evaluation));
  // Asked for by whoever loads the other configurations: a value that cannot be had is a problem of this one.
  datastore.get('BBMULTICONFIG');
  const { list: collections, diagnostics: layerProblems } = makeCollections(datastore, origins);
  return { name, evaluation, collections, layerProblems };
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
