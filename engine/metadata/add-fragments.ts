import { join } from 'node:path';
import { errorDiagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/source-text.ts';
import { didYouMean } from '../base/spelling.ts';
import type { Evaluation } from './evaluation.ts';
import { warnDuplicate } from './include-file.ts';

/** `addfragments PREFIX LIST FLAGGED BUILTIN`: the three last are names of variables. */
interface Fragments {
  readonly prefix: string;
  readonly listVariable: string;
  readonly flagged: readonly string[];
  /** Prefix of a built-in fragment -> the variable that it sets. */
  readonly builtin: ReadonlyMap<string, string>;
  readonly span: Span;
}

type EvaluateFile = (evaluation: Evaluation, path: string, from: Span) => boolean;

/**
 * Reads the fragment `LAYER/NAME` from PREFIX/NAME.conf of its layer, or sets a variable for a built-in one. BitBake:
 * AddFragmentsNode.
 */
export function addFragments(
  evaluation: Evaluation,
  { words: written, span }: { readonly words: readonly string[]; readonly span: Span },
  evaluateFile: EvaluateFile,
): void {
  const { datastore } = evaluation;
  const [prefix = '', listVariable = '', flaggedVariable = '', builtinVariable = ''] = written;
  const names = words(datastore.get(listVariable));
  if (datastore.get('_BB_SKIP_FRAGMENTS') === '1' || names.length === 0) return;
  const builtin = new Map<string, string>();
  for (const entry of words(datastore.get(builtinVariable))) {
    const [key = '', variable = ''] = entry.split(':');
    builtin.set(key, variable);
  }
  const fragments = { prefix, listVariable, flagged: words(datastore.get(flaggedVariable)), builtin, span };
  warnSeveral(evaluation, names, fragments);
  for (const name of names) {
    if (!setBuiltin(evaluation, name, fragments)) readFragment(evaluation, { name, fragments }, evaluateFile);
  }
}

function warnSeveral(evaluation: Evaluation, names: readonly string[], { builtin, listVariable }: Fragments): void {
  for (const key of builtin.keys()) {
    const enabled = names.filter((name) => name.startsWith(`${key}/`));
    if (enabled.length < 2) continue;
    const message = `multiple builtin fragments are enabled for ${key} via variable ${listVariable}: ${enabled.join(' ')}`;
    const span = evaluation.datastore.definition(listVariable);
    const help = 'only one of them should be set; the last one counts';
    evaluation.report({ code: 'fragment', severity: 'warning', message, span, help });
  }
}

/** `machine/qemu` sets MACHINE when `machine` is built in; a value that is there already is an error. */
function setBuiltin(evaluation: Evaluation, name: string, { builtin, listVariable }: Fragments): boolean {
  const { datastore } = evaluation;
  const slash = name.indexOf('/');
  const variable = builtin.get(name.slice(0, Math.max(0, slash)));
  if (variable === undefined) return false;
  const place = datastore.history(listVariable).findLast((event) => words(event.value).includes(name))?.span;
  if (datastore.getStrong(variable, false) === undefined) {
    datastore.assign(variable, '=', name.slice(slash + 1), place);
    return true;
  }
  const set = datastore.definition(variable);
  const message = `the builtin fragment \`${name}\` is used while ${variable} has already got an assignment`;
  const related = set === undefined ? [] : [{ span: set, message: `${variable} is set here` }];
  const help = 'take the fragment out, or the assignment';
  evaluation.report(errorDiagnostic('fragment', message, { span: place, related, help }));
  return true;
}

function readFragment(
  evaluation: Evaluation,
  { name, fragments }: { readonly name: string; readonly fragments: Fragments },
  evaluateFile: EvaluateFile,
): void {
  const { datastore } = evaluation;
  const slash = name.indexOf('/');
  const layer = name.slice(0, Math.max(0, slash));
  const file = datastore.expand(`${fragments.prefix}/${name.slice(slash + 1)}.conf`);
  const layers = words(datastore.get('BBLAYERS'));
  const path = layers.map((each) => join(each, file)).find((each) => isOfLayer(evaluation, each, layer));
  if (path === undefined || slash < 1) {
    const span = datastore.history(fragments.listVariable).findLast((event) => event.value.includes(name))?.span;
    const help = didYouMean(name, knownFragments(evaluation, fragments)) ?? `looked in ${layers.join(' ')}`;
    const message = `could not find fragment \`${name}\` in enabled layers`;
    evaluation.report(errorDiagnostic('fragment', message, { span, help }));
    return;
  }
  warnDuplicate(evaluation, path, fragments.span);
  evaluateFile(evaluation, path, fragments.span);
  for (const variable of fragments.flagged) {
    const value = datastore.get(variable);
    if (value !== undefined) datastore.setFlag(variable, name, value, fragments.span);
    datastore.setObject(variable, null, '', fragments.span);
  }
}

/** Whether a file is there and belongs to the collection of that name: the longest pattern that matches tells. */
function isOfLayer(evaluation: Evaluation, path: string, layer: string): boolean {
  if (evaluation.find(path, []).path === undefined) return false;
  const { datastore } = evaluation;
  let best = { name: '', length: 0 };
  for (const name of words(datastore.get('BBFILE_COLLECTIONS'))) {
    const pattern = datastore.get(`BBFILE_PATTERN_${name}`) ?? '';
    if (pattern.length > best.length && matchesStart(pattern, path)) best = { name, length: pattern.length };
  }
  return best.name === layer;
}

function matchesStart(pattern: string, path: string): boolean {
  try {
    return path.search(new RegExp(pattern)) === 0;
  } catch {
    return false;
  }
}

/** `LAYER/NAME` of every fragment file directly in the folder of fragments of each layer, and the built-in prefixes. */
function knownFragments(evaluation: Evaluation, { prefix, builtin }: Fragments): readonly string[] {
  const { datastore, context } = evaluation;
  const collections = words(datastore.get('BBFILE_COLLECTIONS'));
  const found = words(datastore.get('BBLAYERS')).flatMap((layer) => {
    const files = context.files.list(join(layer, prefix)).filter((file) => file.endsWith('.conf'));
    return files.flatMap((file) =>
      collections
        .filter((name) => isOfLayer(evaluation, join(layer, prefix, file), name))
        .map((name) => `${name}/${file.slice(0, -'.conf'.length)}`),
    );
  });
  return [...found, ...[...builtin.keys()].map((key) => `${key}/`)];
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}
