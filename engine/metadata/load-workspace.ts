import { compareCodePoints } from '../base/canonical-json.ts';
import type { Diagnosed, Diagnostic } from '../base/diagnostic.ts';
import type { FileReader } from '../base/file-reader.ts';
import type { InlineEvaluator } from '../datastore/inline-evaluator.ts';
import type { SourceRevisions } from '../python/engine-host.ts';
import type { ParseCachePorts } from './cache/cache-ports.ts';
import { ParseCache } from './cache/parse-cache.ts';
import { type AskedConfigurations, ChosenConfigurations, choosingVariables } from './choose-configurations.ts';
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
  /** Names that are wanted besides: read when a layer has a file for them. */
  readonly asked?: AskedConfigurations | undefined;
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
    remembered: [...choosingVariables, ...(options.remembered ?? [])],
  };
  const diagnostics: Diagnostic[] = [];
  const configurations = new Map<string, LoadedConfiguration>();
  const unavailable = new Map<string, readonly Diagnostic[]>();
  const chosen = new ChosenConfigurations(files.reader);
  const first = loadConfiguration('', session);
  diagnostics.push(...first.diagnostics);
  if (first.value !== undefined) choose(chosen, first.value.base, options);
  for (const name of first.value === undefined || hasError(chosen.diagnostics) ? [] : chosen.names) {
    const loaded = name === '' ? { ...first, diagnostics: [] } : loadConfiguration(name, session);
    if (name !== '' && lacksOnlyVariant(loaded.diagnostics)) {
      unavailable.set(name, loaded.diagnostics);
      continue;
    }
    diagnostics.push(...loaded.diagnostics);
    if (loaded.value === undefined) continue;
    configurations.set(name, loaded.value);
    // More names may come with each.
    if (options.configurations === undefined) chosen.declared(loaded.value.base);
  }
  session.cache.save();
  return { value: { configurations, unavailable }, diagnostics: sorted([...diagnostics, ...chosen.diagnostics]) };
}

function choose(chosen: ChosenConfigurations, base: BaseConfiguration, options: WorkspaceOptions): void {
  chosen.declared(base);
  if (options.asked !== undefined) chosen.asked(options.asked, base);
  if (options.configurations !== undefined) chosen.restrict(options.configurations, base);
}

/** Whether nothing is wrong with it but that what it selects does not exist for its system, and so has no file there. */
function lacksOnlyVariant(diagnostics: readonly Diagnostic[]): boolean {
  const codes = diagnostics.filter((each) => each.severity === 'error').map(({ code }) => code);
  const follows: readonly string[] = ['variant-unavailable', 'unknown-include'];
  return codes.includes('variant-unavailable') && codes.every((code) => follows.includes(code));
}

function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((each) => each.severity === 'error');
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
