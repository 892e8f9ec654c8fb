import { basename, dirname, extname, isAbsolute, join } from 'node:path';
import { errorDiagnostic, type RelatedPlace } from '../base/diagnostic.ts';
import type { Span } from '../base/source-text.ts';
import { didYouMean } from '../base/spelling.ts';
import type { Statement } from '../language/statements.ts';
import type { Evaluation } from './evaluation.ts';
import { fileKindOf } from './file-cache.ts';

type IncludeStatement = Statement & { readonly kind: 'include' };
type EvaluateFile = (evaluation: Evaluation, path: string, from: Span) => boolean;

/** `include` and `require`: every file named, beside the includer first, then along BBPATH. */
export function includeFiles(
  evaluation: Evaluation,
  { statement, includer }: { readonly statement: IncludeStatement; readonly includer: string },
  evaluateFile: EvaluateFile,
): void {
  for (const name of expandedWords(evaluation, statement)) {
    if (name === includer) continue;
    const directories = [dirname(includer), ...evaluation.searchDirectories()];
    const { path, lookedFor } = evaluation.find(name, directories);
    if (path !== undefined) warnDuplicate(evaluation, path, statement.span);
    // A name with another ending is refused by that alone, whether the file is there or not.
    const mayRead = path !== undefined || fileKindOf(name) === undefined;
    const found = mayRead && evaluateFile(evaluation, path ?? name, statement.span);
    if (found || statement.mode !== 'require') continue;
    const message = `no layer has the file \`${name}\``;
    const related = settingsOf(evaluation, statement);
    const choice = { name, directories, isChosen: related.length > 0 };
    const help = [suggestion(evaluation, choice), whereLooked(lookedFor)].filter(Boolean).join('\n');
    evaluation.report(errorDiagnostic('unknown-include', message, { span: statement.path.span, help, related }));
  }
}

/** `include_all`: the file of that name in every directory of BBPATH, in order. */
export function includeAll(evaluation: Evaluation, statement: IncludeStatement, evaluateFile: EvaluateFile): void {
  for (const name of expandedWords(evaluation, statement)) {
    for (const directory of evaluation.searchDirectories()) {
      const { path } = evaluation.find(join(directory, name), []);
      if (path !== undefined) evaluateFile(evaluation, path, statement.span);
    }
  }
}

/** "looked for A, B", for the help of a diagnostic. */
export function whereLooked(lookedFor: readonly string[]): string {
  return `looked for ${lookedFor.map((each) => `\`${each}\``).join(', ')}`;
}

function expandedWords(evaluation: Evaluation, statement: IncludeStatement): readonly string[] {
  const text = evaluation.datastore.expand(statement.path.text);
  return text.split(/\s+/).filter((word) => word !== '');
}

/** Where the variables that the path is made of were set: the mistake is usually there. */
function settingsOf(evaluation: Evaluation, statement: IncludeStatement): readonly RelatedPlace[] {
  return [...statement.path.text.matchAll(/\$\{([\w.+-]+)\}/g)].flatMap(([, name = '']) => {
    const span = evaluation.datastore.definition(name);
    return span === undefined ? [] : [{ span, message: `\`${name}\` is set here` }];
  });
}

/** The warning for a file that is read a second time. */
export function warnDuplicate(evaluation: Evaluation, path: string, span: Span): void {
  if (!evaluation.filesRead.has(path)) return;
  const file = evaluation.datastore.getUnexpanded('FILE') ?? span.source.path;
  evaluation.report({
    code: 'duplicate-include',
    severity: 'warning',
    message: `\`${path}\` is included a second time in \`${file}\``,
    span,
  });
}

interface WantedFile {
  readonly name: string;
  readonly directories: readonly string[];
  /** A variable that somebody set chose it among others. */
  readonly isChosen: boolean;
}

/** Names like the wanted one; where it was chosen, and none is like it, what there is to choose from. */
function suggestion(evaluation: Evaluation, { name, directories, isChosen }: WantedFile): string | undefined {
  const parent = dirname(name);
  const places = isAbsolute(name) ? [parent] : directories.map((directory) => join(directory, parent));
  const names = [...new Set(places.flatMap((place) => evaluation.context.files.list(place)))];
  const close = didYouMean(basename(name), names);
  const others = names.filter((each) => extname(each) === extname(name)).sort();
  if (close !== undefined || !isChosen || others.length === 0 || others.length > 20) return close;
  return `there ${others.length === 1 ? 'is' : 'are'} ${others.map((each) => `\`${each}\``).join(', ')}`;
}
