import { compareCodePoints } from '../base/canonical-json.ts';
import { type Diagnosed, type Diagnostic, errorDiagnostic } from '../base/diagnostic.ts';
import type { FileReader } from '../base/file-reader.ts';
import { didYouMean } from '../base/spelling.ts';
import type { InlineEvaluator } from '../datastore/inline-evaluator.ts';
import type { SourceRevisions } from '../python/engine-host.ts';
import type { ParseCachePorts } from './cache/cache-ports.ts';
import { ParseCache } from './cache/parse-cache.ts';
import type { ParseThreads } from './evaluate-recipes.ts';
import { FileCache } from './file-cache.ts';
import { type LoadSession, loadConfiguration } from './load-configuration.ts';
import type { GivenFacts } from './open-configuration.ts';
import type { BaseConfiguration, LoadedConfiguration, Workspace } from './workspace.ts';

/** Where the metadata lies and what the caller knows. */
export interface WorkspaceOptions extends GivenFacts {
  readonly files: FileReader;
  readonly evaluator: InlineEvaluator;
  /** Names to load; without it the default one and all of BBMULTICONFIG. */
  readonly configurations?: readonly string[] | undefined;
  /** Where results are kept for the next invocation; without it everything is evaluated. */
  readonly cache?: ParseCachePorts | undefined;
  readonly threads?: ParseThreads | undefined;
  /** Who knows revisions that are no commits; without it such sources are an error. */
  readonly revisions?: SourceRevisions | undefined;
  /** Variables of configurations that the caller asks for at each start (`BaseConfiguration.value`). */
  readonly remembered?: readonly string[] | undefined;
}

/** Reads configuration and recipes of all configurations; every problem of all files is in `diagnostics`, sorted by path. */
export function loadWorkspace(options: WorkspaceOptions): Diagnosed<Workspace> {
  const files = new FileCache(options.files);
  const { topDirectory, environment, givenFlags, forceVariables, facts } = options;
  const session: LoadSession = {
    given: { topDirectory, environment, givenFlags, forceVariables, facts },
    evaluator: options.evaluator,
    files,
    cache: new ParseCache(options.cache, files),
    threads: options.threads,
    revisions: options.revisions,
    remembered: ['BBMULTICONFIG', ...(options.remembered ?? [])],
  };
  const diagnostics: Diagnostic[] = [];
  const configurations = new Map<string, LoadedConfiguration>();
  const load = (name: string): LoadedConfiguration | undefined => {
    const { value, diagnostics: found } = loadConfiguration(name, session);
    diagnostics.push(...found);
    return value;
  };
  const first = load('');
  const names = first ? configurationNames(first.base, options.configurations, diagnostics) : [];
  for (const name of names) {
    const loaded = name === '' ? first : load(name);
    if (loaded !== undefined) configurations.set(name, loaded);
  }
  session.cache.save();
  return { value: { configurations }, diagnostics: sorted(diagnostics) };
}

function configurationNames(
  base: BaseConfiguration,
  wanted: readonly string[] | undefined,
  diagnostics: Diagnostic[],
): readonly string[] {
  const declared = (base.value('BBMULTICONFIG') ?? '').split(/\s+/).filter((name) => name !== '');
  const place = (): Pick<Diagnostic, 'span'> => ({ span: base.datastore.definition('BBMULTICONFIG') });
  const before = diagnostics.length;
  for (const name of declared.filter((each) => /^\d/.test(each))) {
    const message = `the configuration name \`${name}\` cannot start with a digit`;
    diagnostics.push(errorDiagnostic('invalid-value', message, place()));
  }
  const known = ['', ...new Set(declared.filter((each) => !/^\d/.test(each)))];
  for (const name of (wanted ?? []).filter((each) => !known.includes(each))) {
    const help = didYouMean(name, known) ?? 'BBMULTICONFIG in conf/local.conf lists the configurations';
    const message = `there is no configuration \`${name}\``;
    diagnostics.push(errorDiagnostic('unknown-configuration', message, { ...place(), help }));
  }
  if (diagnostics.slice(before).some((each) => each.severity === 'error')) return [];
  return wanted ? known.filter((name) => wanted.includes(name)) : known;
}

/** By path and place; a problem of a shared file, met once for every recipe that reads it, is kept once. */
function sorted(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const unique = new Map<string, Diagnostic>();
  for (const each of diagnostics) {
    const key = [each.code, each.span?.source.path, each.span?.start, each.message].join('\0');
    if (!unique.has(key)) unique.set(key, each);
  }
  return [...unique.values()].sort(
    (a, b) =>
      compareCodePoints(a.span?.source.path ?? '', b.span?.source.path ?? '') ||
      (a.span?.start ?? 0) - (b.span?.start ?? 0),
  );
}
