import { basename, join } from 'node:path';
import { compareCodePoints } from '../base/canonical-json.ts';
import { type Diagnosed, type Diagnostic, errorDiagnostic } from '../base/diagnostic.ts';
import type { SourceText, Span } from '../base/source-text.ts';
import type { Datastore } from '../datastore/datastore.ts';
import type { FileCache } from './file-cache.ts';
import { type Collection, collectionOf } from './layer.ts';
import type { RecipeFiles } from './workspace.ts';

/** Expands BBFILES, drops what BBMASK matches. BitBake: CookerCollectFiles.collect_bbfiles. */
export function findRecipeFiles(
  datastore: Datastore,
  collections: readonly Collection[],
  files: FileCache,
): Diagnosed<RecipeFiles> {
  const diagnostics: Diagnostic[] = [];
  const priority = (text: string): number => collectionOf(text, collections)?.priority ?? 0;
  const patterns = words(datastore.get('BBFILES')).map((text) => ({ text, priority: priority(text) }));
  patterns.sort((a, b) => a.priority - b.priority);
  const found = new Set<string>();
  for (const { text } of patterns) {
    const direct = files.reader.kind(text) === 'directory' ? filesBelow(text, files) : glob(text, files);
    for (const path of direct) found.add(path);
  }
  const masks = maskPatterns(datastore, diagnostics);
  const kept = [...found].filter((path) => !masks.some((mask) => mask.test(path)));
  const value = {
    recipes: kept.filter((path) => path.endsWith('.bb')),
    appends: kept.filter((path) => path.endsWith('.bbappend')),
    masked: found.size - kept.length,
  };
  return { value, diagnostics };
}

/** The append files of a recipe, in order: same name, or same up to a `%`. */
export function appendsOf(recipe: string, appends: readonly string[]): readonly string[] {
  const name = basename(recipe, '.bb');
  return appends.filter((append) => appendMatches(name, append));
}

/** `appendsOf` for many recipes. */
export function appendsFinder(appends: readonly string[]): (recipe: string) => readonly string[] {
  if (appends.length === 0) return () => [];
  const names = appends.map((append) => ({ append, name: basename(append, '.bbappend') }));
  return (recipe) => {
    const name = basename(recipe, '.bb');
    return names.filter((each) => nameMatches(name, each.name)).map((each) => each.append);
  };
}

/** Recipe files that hide others of the same file name: the last one found, which lies in the strongest layer, hides the rest. */
export function overlayedFiles(files: RecipeFiles): ReadonlyMap<string, readonly string[]> {
  const tops = new Map<string, string>();
  const hidden = new Map<string, string[]>();
  for (const file of [...files.recipes].reverse()) {
    const name = basename(file);
    const top = tops.get(name);
    if (top === undefined) tops.set(name, file);
    else hidden.set(top, [...(hidden.get(top) ?? []), file]);
  }
  return hidden;
}

/** An error for each append file that no recipe file matches, at its first line. */
export function danglingAppends(files: RecipeFiles, cache: FileCache): readonly Diagnostic[] {
  const names = files.recipes.map((recipe) => basename(recipe, '.bb'));
  return files.appends
    .filter((append) => !names.some((name) => appendMatches(name, append)))
    .map((append) => ({
      code: 'dangling-append',
      severity: 'error',
      message: `no recipe matches the append file \`${append}\``,
      span: firstLine(cache.source(append)),
      help: 'its name must be that of a recipe file, or end in `%` where the version may be anything',
    }));
}

function firstLine(source: SourceText): Span {
  return source.span(0, source.line(1).length);
}

function appendMatches(recipeName: string, append: string): boolean {
  return nameMatches(recipeName, basename(append, '.bbappend'));
}

function nameMatches(recipeName: string, appendName: string): boolean {
  const wildcard = appendName.indexOf('%');
  return wildcard === -1 ? appendName === recipeName : recipeName.startsWith(appendName.slice(0, wildcard));
}

function maskPatterns(datastore: Datastore, diagnostics: Diagnostic[]): readonly RegExp[] {
  const span = datastore.definition('BBMASK');
  return words(datastore.get('BBMASK')).flatMap((written) => {
    // A leading bar would match, and so mask, everything.
    const text = written.replace(/^\|/, '');
    if (text !== written) {
      const message = `BBMASK contains a regular expression beginning with '|', fixing: \`${written}\``;
      diagnostics.push({ code: 'invalid-pattern', severity: 'warning', message, span, help: `write \`${text}\`` });
    }
    try {
      return text === '' ? [] : [new RegExp(text)];
    } catch {
      const message = `BBMASK contains an invalid regular expression, ignoring \`${text}\``;
      diagnostics.push({ ...errorDiagnostic('invalid-pattern', message, { span }), severity: 'warning' });
      return [];
    }
  });
}

function filesBelow(directory: string, files: FileCache): readonly string[] {
  const paths = files.list(directory).map((name) => join(directory, name));
  const isFolder = (path: string): boolean => files.reader.kind(path) === 'directory';
  const found = paths.filter((path) => /\.(bb|bbappend)$/.test(path) && !isFolder(path));
  const below = paths.filter((path) => !versionControl.has(basename(path)) && isFolder(path));
  return [...found, ...below.flatMap((path) => filesBelow(path, files))];
}

const versionControl = new Set(['SCCS', 'CVS', '.svn']);

/** Paths that match a shell pattern (`*`, `?`, `[...]`; a leading dot must be written), sorted. */
function glob(pattern: string, files: FileCache): readonly string[] {
  let places: readonly string[] = [pattern.startsWith('/') ? '/' : '.'];
  for (const segment of pattern.split('/').filter((each) => each !== '')) {
    if (!/[*?[]/.test(segment)) {
      places = places.map((place) => join(place, segment));
      continue;
    }
    const matcher = segmentMatcher(segment);
    places = places.flatMap((place) =>
      files
        .list(place)
        .filter((name) => matcher.test(name) && (segment.startsWith('.') || !name.startsWith('.')))
        .map((name) => join(place, name)),
    );
  }
  return places.filter((place) => files.reader.kind(place) !== 'missing').sort(compareCodePoints);
}

function segmentMatcher(segment: string): RegExp {
  const source = segment
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source.replaceAll('[!', '[^')}$`);
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}
