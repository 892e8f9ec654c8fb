import { isAbsolute, join } from 'node:path';
import { type Diagnostic, errorDiagnostic } from '../base/diagnostic.ts';
import type { Datastore, VariableEvent } from '../datastore/datastore.ts';
import { explodeNames } from './dependency-text.ts';
import { evaluateFile } from './evaluate-file.ts';
import type { Evaluation } from './evaluation.ts';
import type { Collection } from './layer.ts';

/** Reads conf/bblayers.conf and the layer.conf of every layer it names; `undefined` when nothing can be built. */
export function loadLayers(evaluation: Evaluation): readonly Collection[] | undefined {
  const { topDirectory } = evaluation.context;
  const configuration = join(topDirectory, 'conf/bblayers.conf');
  if (!evaluateFile(evaluation, configuration)) {
    const help = `create it with a line BBLAYERS = "..." that lists the layers`;
    evaluation.report(errorDiagnostic('no-layers', `there is no \`${configuration}\``, { help }));
    return undefined;
  }
  const paths = layerPaths(evaluation, configuration);
  if (!paths) return undefined;
  const origin = new Map<string, string>();
  for (const path of paths) readLayer(evaluation, path, origin);
  addDynamicFiles(evaluation, origin);
  return makeCollections(evaluation, origin);
}

function layerPaths(evaluation: Evaluation, configuration: string): readonly string[] | undefined {
  const { datastore, context } = evaluation;
  const paths = words(datastore.get('BBLAYERS')).map((path) => {
    const absolute = isAbsolute(path) ? path : join(context.topDirectory, path);
    return absolute.replace(/\/+$/, '');
  });
  const span = datastore.definition('BBLAYERS');
  if (paths.length === 0) {
    const help = 'name at least one layer: BBLAYERS = "/path/to/layers/core"';
    const message = `\`${configuration}\` names no layer in BBLAYERS`;
    evaluation.report(errorDiagnostic('no-layers', message, { span, help }));
    return undefined;
  }
  const missing = paths.filter((path) => context.files.reader.kind(path) !== 'directory');
  for (const path of missing) {
    const message = `BBLAYERS names the layer \`${path}\`, but there is no such directory`;
    evaluation.report(errorDiagnostic('no-layers', message, { span, help: 'correct the path or take it out' }));
  }
  return missing.length > 0 ? undefined : paths;
}

function readLayer(evaluation: Evaluation, path: string, origin: Map<string, string>): void {
  const { datastore } = evaluation;
  datastore.set('LAYERDIR', path);
  evaluation.layerDirectory = path;
  const file = join(path, 'conf/layer.conf');
  if (!evaluateFile(evaluation, file)) {
    const help = 'a layer is a directory with a conf/layer.conf';
    evaluation.report(errorDiagnostic('invalid-layer', `the layer \`${path}\` has no \`conf/layer.conf\``, { help }));
  }
  evaluation.layerDirectory = undefined;
  datastore.unset('LAYERDIR');
  for (const name of words(datastore.get('BBFILE_COLLECTIONS'))) if (!origin.has(name)) origin.set(name, path);
}

/** BBFILES_DYNAMIC: `collection:pattern` counts when the collection is there, `!collection:pattern` when it is not. */
function addDynamicFiles(evaluation: Evaluation, origin: ReadonlyMap<string, string>): void {
  const { datastore } = evaluation;
  for (const entry of words(datastore.get('BBFILES_DYNAMIC'))) {
    const colon = entry.indexOf(':');
    const name = entry.slice(0, Math.max(0, colon));
    if (colon < 1) {
      const span = datastore.definition('BBFILES_DYNAMIC');
      const help = 'write `collection:pattern` or `!collection:pattern`';
      evaluation.report(errorDiagnostic('invalid-layer', `BBFILES_DYNAMIC holds \`${entry}\``, { span, help }));
      continue;
    }
    const wanted = name.startsWith('!') ? !origin.has(name.slice(1)) : origin.has(name);
    if (wanted) datastore.assign('BBFILES', '+=', entry.slice(colon + 1));
  }
}

function makeCollections(evaluation: Evaluation, origin: ReadonlyMap<string, string>): readonly Collection[] {
  const { datastore } = evaluation;
  const names = words(datastore.get('BBFILE_COLLECTIONS'));
  for (const name of names.filter((each, index) => names.indexOf(each) !== index)) {
    const message = `two layers have the collection name \`${name}\``;
    const related = places(datastore.history('BBFILE_COLLECTIONS'), name);
    const help = 'a name in BBFILE_COLLECTIONS must be unique';
    evaluation.report(errorDiagnostic('invalid-layer', message, { related, help }));
  }
  const unique = [...new Set(names)];
  const priorities = layerPriorities(unique, datastore, evaluation.diagnostics);
  return unique.map((name) => {
    const patternText = datastore.get(`BBFILE_PATTERN_${name}`);
    if (patternText === undefined) {
      const message = `the collection \`${name}\` has no BBFILE_PATTERN_${name}`;
      const help = `add BBFILE_PATTERN_${name} = "^\${LAYERDIR}/" to its layer.conf`;
      evaluation.report(errorDiagnostic('invalid-layer', message, { help }));
    }
    const pattern = compile(patternText, name, evaluation);
    const path = origin.get(name) ?? '';
    return { name, path, priority: priorities.get(name) ?? 0, patternText: patternText ?? '', pattern };
  });
}

function compile(text: string | undefined, name: string, evaluation: Evaluation): RegExp | undefined {
  if (!text) return undefined;
  try {
    return new RegExp(text);
  } catch {
    const span = evaluation.datastore.definition(`BBFILE_PATTERN_${name}`);
    const message = `BBFILE_PATTERN_${name} is not a regular expression: \`${text}\``;
    evaluation.report(errorDiagnostic('invalid-pattern', message, { span }));
    return undefined;
  }
}

/** BBFILE_PRIORITY, or one more than the strongest layer of LAYERDEPENDS. BitBake: cooker.handleCollections. */
function layerPriorities(
  names: readonly string[],
  datastore: Datastore,
  diagnostics: Diagnostic[],
): ReadonlyMap<string, number> {
  const priorities = new Map<string, number>();
  const depends = new Map(names.map((name) => [name, layerDepends(name, names, datastore, diagnostics)]));
  for (const name of names) {
    const text = datastore.get(`BBFILE_PRIORITY_${name}`)?.trim();
    if (!text) continue;
    if (/^[+-]?\d+$/.test(text)) priorities.set(name, Number(text));
    else {
      const span = datastore.definition(`BBFILE_PRIORITY_${name}`);
      const message = `invalid value for BBFILE_PRIORITY_${name}: \`${text}\``;
      diagnostics.push(errorDiagnostic('invalid-layer', message, { span, help: 'a whole number is expected' }));
    }
  }
  const lowest = Math.min(...priorities.values(), Number.MAX_SAFE_INTEGER);
  const base = priorities.size === 0 ? 1 : lowest + 1;
  const calculate = (name: string, trail: readonly string[]): number => {
    const known = priorities.get(name);
    if (known !== undefined) return known;
    const below = trail.includes(name) ? [] : (depends.get(name) ?? []);
    const strongest = Math.max(0, ...below.map((each) => calculate(each, [...trail, name])));
    const priority = below.length === 0 ? base : (strongest || base) + 1;
    priorities.set(name, priority);
    return priority;
  };
  for (const name of names) calculate(name, []);
  return priorities;
}

function layerDepends(
  name: string,
  names: readonly string[],
  datastore: Datastore,
  diagnostics: Diagnostic[],
): readonly string[] {
  const wanted = explodeNames(datastore.get(`LAYERDEPENDS_${name}`) ?? '');
  for (const each of wanted.filter((other) => !names.includes(other))) {
    const span = datastore.definition(`LAYERDEPENDS_${name}`);
    const message = `layer \`${name}\` depends on layer '${each}', which is not enabled`;
    diagnostics.push(
      errorDiagnostic('invalid-layer', message, { span, help: `add the layer \`${each}\` to BBLAYERS` }),
    );
  }
  const recommended = explodeNames(datastore.get(`LAYERRECOMMENDS_${name}`) ?? '');
  return [...wanted, ...recommended].filter((each) => names.includes(each));
}

function places(
  history: readonly VariableEvent[],
  name: string,
): readonly { readonly span: NonNullable<VariableEvent['span']>; readonly message: string }[] {
  return history.flatMap(({ span, value }) => (span && words(value).includes(name) ? [{ span, message: 'here' }] : []));
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}
