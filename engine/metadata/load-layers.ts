import { basename, dirname, isAbsolute, join } from 'node:path';
import { errorDiagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/source-text.ts';
import { didYouMean } from '../base/spelling.ts';
import type { VariableEvent } from '../datastore/datastore.ts';
import { evaluateFile } from './evaluate-file.ts';
import type { Evaluation } from './evaluation.ts';
import { applySeries, LayerSeries } from './layer-series.ts';
import { placeOfWord } from './place-of-word.ts';

/** Reads conf/bblayers.conf and every layer.conf: collection -> path of the layer that named it; `undefined` when nothing can be built. */
export function loadLayers(evaluation: Evaluation): ReadonlyMap<string, string> | undefined {
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
  const series = new LayerSeries();
  for (const path of paths) readLayer(evaluation, path, { origin, series });
  const collections = words(evaluation.datastore.get('BBFILE_COLLECTIONS'));
  addDynamicFiles(evaluation, collections);
  refuseDuplicates(evaluation, collections);
  applySeries(evaluation, [...new Set(collections)], series);
  return origin;
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
    const near = context.files
      .list(dirname(path))
      .filter((name) => context.files.isFile(join(dirname(path), name, 'conf/layer.conf')));
    const help = didYouMean(basename(path), near) ?? 'correct the path or take it out';
    evaluation.report(
      errorDiagnostic('no-layers', message, { span: placeOfWord(path, 'BBLAYERS', datastore) ?? span, help }),
    );
  }
  return missing.length > 0 ? undefined : paths;
}

interface Known {
  readonly origin: Map<string, string>;
  readonly series: LayerSeries;
}

function readLayer(evaluation: Evaluation, path: string, { origin, series }: Known): void {
  const { datastore } = evaluation;
  const references = { LAYERDIR: path, LAYERDIR_RE: escapePattern(path) };
  for (const [name, value] of Object.entries(references)) datastore.set(name, value);
  evaluation.layerReferences = references;
  const file = join(path, 'conf/layer.conf');
  if (!evaluateFile(evaluation, file)) {
    const help = 'a layer is a directory with a conf/layer.conf';
    const span = placeOfWord(path, 'BBLAYERS', datastore);
    evaluation.report(
      errorDiagnostic('invalid-layer', `the layer \`${path}\` has no \`conf/layer.conf\``, { span, help }),
    );
  }
  evaluation.layerReferences = undefined;
  for (const [name, value] of Object.entries(references)) expandEverywhere(evaluation, name, value);
  for (const name of Object.keys(references)) datastore.unset(name);
  const collections = words(datastore.get('BBFILE_COLLECTIONS'));
  for (const name of collections) if (!origin.has(name)) origin.set(name, path);
  series.collect(datastore, collections);
}

/** What Python's re.escape puts a backslash before. */
function escapePattern(text: string): string {
  return text.replace(/[()[\]{}?*+\-|^$\\.&~#\s]/g, '\\$&');
}

/** Puts a value in place of its references in every variable; what was pending or a default becomes the value, as in BitBake. */
function expandEverywhere({ datastore }: Evaluation, name: string, value: string): void {
  const reference = `\${${name}}`;
  for (const key of datastore.keys()) {
    const text = datastore.getUnexpanded(key);
    if (text?.includes(reference))
      datastore.set(
        key,
        text.replaceAll(reference, () => value),
        datastore.definition(key),
      );
  }
}

/** BBFILES_DYNAMIC: `collection:pattern` counts when the collection is there, `!collection:pattern` when it is not. */
function addDynamicFiles(evaluation: Evaluation, collections: readonly string[]): void {
  const { datastore } = evaluation;
  const span = datastore.definition('BBFILES_DYNAMIC');
  for (const entry of words(datastore.get('BBFILES_DYNAMIC'))) {
    const colon = entry.indexOf(':');
    const name = entry.slice(0, Math.max(0, colon));
    if (colon < 1) {
      const help = 'write `collection:pattern` or `!collection:pattern`';
      evaluation.report(errorDiagnostic('invalid-layer', `BBFILES_DYNAMIC holds \`${entry}\``, { span, help }));
      continue;
    }
    const wanted = name.startsWith('!') ? !collections.includes(name.slice(1)) : collections.includes(name);
    if (wanted) datastore.assign('BBFILES:append', '=', ` ${entry.slice(colon + 1)}`, span);
  }
}

function refuseDuplicates(evaluation: Evaluation, collections: readonly string[]): void {
  const twice = collections.filter((each, index) => collections.indexOf(each) !== index);
  for (const name of new Set(twice)) {
    const message = `two layers have the collection name \`${name}\``;
    const all = places(evaluation.datastore.history('BBFILE_COLLECTIONS'), name);
    const related = all.filter(({ span }, index) => all.findIndex((other) => isSame(other.span, span)) === index);
    const help =
      related.length < all.length
        ? 'the same layer stands in BBLAYERS twice: take one out'
        : 'a name in BBFILE_COLLECTIONS must be unique';
    evaluation.report(errorDiagnostic('invalid-layer', message, { related, help }));
  }
}

function isSame(one: Span, other: Span): boolean {
  return one.source.path === other.source.path && one.start === other.start;
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
