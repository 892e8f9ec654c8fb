import { basename, isAbsolute, join } from 'node:path';
import { errorDiagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/source-text.ts';
import { didYouMean } from '../base/spelling.ts';
import type { Evaluation } from './evaluation.ts';
import { whereLooked } from './include-file.ts';
import type { SearchResult } from './search-path.ts';

type EvaluateFile = (evaluation: Evaluation, path: string, from?: Span) => boolean;

/** Reads each class of `names` (expanded text) that was not inherited before. BitBake: BBHandler.inherit. */
export function inheritEach(
  evaluation: Evaluation,
  request: { readonly names: string; readonly span: Span | undefined },
  evaluateFile: EvaluateFile,
): void {
  for (const name of request.names.split(/\s+/)) {
    const path = name === '' ? undefined : classToRead(evaluation, name, request.span);
    if (path !== undefined) evaluateFile(evaluation, path, request.span);
  }
}

/** Path of a class that must be read now; `undefined` when it was read before or does not exist (then reported). */
function classToRead(evaluation: Evaluation, name: string, span: Span | undefined): string | undefined {
  const { path, lookedFor } = findClass(evaluation, name);
  if (path === undefined) {
    const help = [misplaced(evaluation, name) ?? suggestion(evaluation, name), whereLooked(lookedFor)];
    const message = `no layer has a class \`${name}\``;
    evaluation.report(errorDiagnostic('unknown-class', message, { span, help: help.filter(Boolean).join('; ') }));
    return undefined;
  }
  if (evaluation.inherited.has(path)) return undefined;
  evaluation.inherited.add(path);
  // Read by `bb.data.inherits_class`.
  evaluation.datastore.set('__inherit_cache', [...evaluation.inherited].join(' '));
  return path;
}

function findClass(evaluation: Evaluation, name: string): SearchResult {
  if (isAbsolute(name) || name.endsWith('.bbclass')) return evaluation.find(name, evaluation.searchDirectories());
  const directories = evaluation.searchDirectories();
  const lookedFor: string[] = [];
  for (const folder of classFolders(evaluation)) {
    const result = evaluation.find(join(folder, `${name}.bbclass`), directories);
    lookedFor.push(...result.lookedFor);
    if (result.path !== undefined) return { path: result.path, lookedFor };
  }
  return { path: undefined, lookedFor };
}

function classFolders(evaluation: Evaluation): readonly string[] {
  return [`classes-${evaluation.scope}`, 'classes'];
}

/** A class that exists, but in a folder that is not meant for this place. */
function misplaced(evaluation: Evaluation, name: string): string | undefined {
  const other = evaluation.scope === 'recipe' ? 'classes-global' : 'classes-recipe';
  const { path } = evaluation.find(join(other, `${name}.bbclass`), evaluation.searchDirectories());
  if (path === undefined) return undefined;
  const use = evaluation.scope === 'recipe' ? 'only INHERIT can name it' : 'only recipes can inherit it';
  return `\`${path}\` lies in \`${other}\`, so ${use}`;
}

function suggestion(evaluation: Evaluation, name: string): string | undefined {
  const names = new Set<string>();
  for (const directory of evaluation.searchDirectories()) {
    for (const folder of classFolders(evaluation)) {
      for (const file of evaluation.context.files.list(join(directory, folder))) {
        if (file.endsWith('.bbclass')) names.add(basename(file, '.bbclass'));
      }
    }
  }
  return didYouMean(name, names);
}
