import { basename, isAbsolute, join } from 'node:path';
import { type Diagnostic, errorDiagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/source-text.ts';
import { didYouMean } from '../base/spelling.ts';
import type { Evaluation } from './evaluation.ts';
import { whereLooked } from './include-file.ts';
import type { SearchResult } from './search-path.ts';

type EvaluateFile = (evaluation: Evaluation, path: string, from?: Span) => boolean;

/** Classes to inherit: an expanded text. */
export interface InheritRequest {
  readonly names: string;
  readonly span: Span | undefined;
  /** Whether the recipe is being finalized: then no class waits any more. */
  readonly deferred?: boolean;
}

/** Reads each class of `names` (expanded text) that was not inherited before. BitBake: BBHandler.inherit. */
export function inheritEach(evaluation: Evaluation, request: InheritRequest, evaluateFile: EvaluateFile): void {
  for (const name of words(request.names)) {
    // BitBake looks anew for each class, because the one before may have changed the variable.
    if (!request.deferred && words(evaluation.datastore.get('BB_DEFER_BBCLASSES')).includes(name)) {
      evaluation.deferred.push({ classes: name, span: request.span });
      continue;
    }
    const path = classToRead(evaluation, name, request.span);
    if (path !== undefined) evaluateFile(evaluation, path, request.span);
  }
}

/** Path of a class that must be read now; `undefined` when it was read before or does not exist (then reported). */
function classToRead(evaluation: Evaluation, name: string, span: Span | undefined): string | undefined {
  const { path, lookedFor } = findClass(evaluation, name);
  if (path === undefined) {
    const help = [misplaced(evaluation, name) ?? suggestion(evaluation, name), whereLooked(lookedFor)];
    const message = `no layer has a class \`${name}\``;
    const place = span && wordSpan(span, name);
    evaluation.report(errorDiagnostic('unknown-class', message, { ...place, help: help.filter(Boolean).join('\n') }));
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

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}

/** Where the name stands in the statement, and where the statement ends when that is in another line. */
function wordSpan(span: Span, name: string): Pick<Diagnostic, 'span' | 'related'> {
  const { source, start, end } = span;
  const text = source.text.slice(start, end);
  const at = text.search(new RegExp(`(?<![^\\s"'])${name.replace(/[^\w]/g, '\\$&')}(?![^\\s"'])`));
  if (at === -1) return { span };
  const word = source.span(start + at, start + at + name.length);
  if (source.position(word.end).line === source.position(end).line) return { span: word };
  const lastLine = source.text.lastIndexOf('\n', end - 1) + 1;
  return { span: word, related: [{ span: source.span(lastLine, end), message: 'the statement ends here' }] };
}
