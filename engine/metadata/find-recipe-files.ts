import { basename, join } from 'node:path';
import { type Diagnosed, type Diagnostic, errorDiagnostic } from '../base/diagnostic.ts';
import type { Datastore } from '../datastore/datastore.ts';
import type { FileCache } from './file-cache.ts';
import { type Collection, collectionOf } from './layer.ts';

/** Recipe files in the order in which BitBake reads them, and the append files of all layers. */
export interface RecipeFiles {
  readonly recipes: readonly string[];
  /** Weakest layer first: the order in which they are applied. */
  readonly appends: readonly string[];
  readonly masked: number;
}

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

/** An error for each append file that no recipe file matches (a warning with BB_DANGLINGAPPENDS_WARNONLY). */
export function danglingAppends(files: RecipeFiles, datastore: Datastore): readonly Diagnostic[] {
  const names = files.recipes.map((recipe) => basename(recipe, '.bb'));
  const severity = /^(1|y|yes|true)$/i.test(datastore.get('BB_DANGLINGAPPENDS_WARNONLY') ?? '') ? 'warning' : 'error';
  return files.appends
    .filter((append) => !names.some((name) => appendMatches(name, append)))
    .map((append) => ({
      code: 'dangling-append',
      severity,
      message: `no recipe matches the append file \`${append}\``,
      help: 'its name must be that of a recipe file, or end in `%` where the version may be anything',
    }));
}

function appendMatches(recipeName: string, append: string): boolean {
  const name = basename(append, '.bbappend');
  const wildcard = name.indexOf('%');
  return wildcard === -1 ? name === recipeName : recipeName.startsWith(name.slice(0, wildcard));
}

function maskPatterns(datastore: Datastore, diagnostics: Diagnostic[]): readonly RegExp[] {
  return words(datastore.get('BBMASK')).flatMap((text) => {
    try {
      return [new RegExp(text)];
    } catch {
      const span = datastore.definition('BBMASK');
      const message = `BBMASK contains an invalid regular expression, ignoring \`${text}\``;
      diagnostics.push({ ...errorDiagnostic('invalid-pattern', message, { span }), severity: 'warning' });
      return [];
    }
  });
}

function filesBelow(directory: string, files: FileCache): readonly string[] {
  const found: string[] = [];
  for (const name of files.list(directory)) {
    const path = join(directory, name);
    if (/\.(bb|bbappend)$/.test(name)) found.push(path);
    else if (!name.startsWith('.') && files.reader.kind(path) === 'directory') found.push(...filesBelow(path, files));
  }
  return found;
}

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
  return places.filter((place) => files.isFile(place));
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
