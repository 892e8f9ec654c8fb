import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { systemClock } from '../base/clock.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { nodeFileReader } from '../base/node-file-reader.ts';
import { StxError } from '../base/stx-error.ts';
import { loadWorkspace, type WorkspaceOptions } from '../metadata/load-workspace.ts';
import { createParseThreads } from '../metadata/threads/parse-threads.ts';
import type { BaseConfiguration, Workspace } from '../metadata/workspace.ts';
import type { SourceRevisions } from '../python/engine-host.ts';
import { createLazyEvaluator } from '../python/lazy-evaluator.ts';
import { checkDirectories, directoryVariables, findBuildDirectory, prepareBuildDirectory } from './build-directory.ts';
import type { CommonCall } from './command-line/command-options.ts';
import { readHostFacts, readHostVariables } from './host-variables.ts';
import { parseCacheFiles } from './parse-cache-files.ts';
import { printDiagnostics } from './say-diagnostics.ts';
import type { Witness } from './settled/witness.ts';
import type * as RevisionCode from './source-revisions.ts';

/** The options that matter for reading; `mc:NAME` in any other one, or in a word, says that this configuration is wanted. */
export type ReadingOptions = Pick<CommonCall, 'buildDirectory' | 'verbose' | 'debug'> & {
  readonly words?: readonly string[] | undefined;
  readonly allOs?: boolean | undefined;
  /** Names of configurations that are wanted. */
  readonly configurations?: readonly string[] | undefined;
  /** Newest commits are asked for anew, and kept in SRCREV_LOCK_FILE. */
  readonly freezeSources?: boolean | undefined;
};

/** The metadata of a build directory. */
export interface LoadedMetadata {
  readonly buildDirectory: string;
  readonly workspace: Workspace;
  /** The default configuration. */
  readonly base: BaseConfiguration;
}

/** What was read, with every problem of every file; with errors as far as they allow. */
export interface ReadMetadata {
  readonly reading: WorkspaceOptions;
  readonly workspace: Workspace;
  readonly diagnostics: readonly Diagnostic[];
  readonly durationMs: number;
}

/** Finds or makes the build directory (what it made is said), and what reading it needs of this machine. */
export function prepareReading(options: ReadingOptions, witness?: Witness): WorkspaceOptions {
  const buildDirectory = findBuildDirectory(options.buildDirectory, process.cwd());
  for (const path of prepareBuildDirectory(buildDirectory)) process.stderr.write(`stx-bake: made ${path}\n`);
  const host = readHostVariables(witness?.reader(nodeFileReader) ?? nodeFileReader);
  const reading = {
    topDirectory: buildDirectory,
    files: nodeFileReader,
    evaluator: createLazyEvaluator(),
    environment: host.variables,
    givenFlags: host.flags,
    facts: readHostFacts(),
    cache: parseCacheFiles(buildDirectory),
    threads: createParseThreads(availableParallelism()),
    remembered: directoryVariables,
    revisions: lazyRevisions(buildDirectory, witness, options.freezeSources),
    asked: { names: askedConfigurations(options), allOs: options.allOs ?? false },
  };
  return witness?.reading(reading) ?? reading;
}

function askedConfigurations(options: ReadingOptions): readonly string[] {
  const texts = Object.values(options)
    .flat()
    .filter((each) => typeof each === 'string');
  const named = texts.flatMap((text) => /^(?:mc|multiconfig):([^:*]+)/.exec(text)?.[1] ?? []);
  return [...new Set([...(options.configurations ?? []), ...named])];
}

const load = createRequire(import.meta.url);

/** Few recipes ask a repository while they are read: the code that does comes when one asks. */
function lazyRevisions(
  buildDirectory: string,
  witness: Witness | undefined,
  freeze: boolean | undefined,
): SourceRevisions {
  const make = (): SourceRevisions =>
    (load('./source-revisions.ts') as typeof RevisionCode).createSourceRevisions(
      buildDirectory,
      {
        askedRepository: () => witness?.lookElsewhere(),
        sawFile: (path) => witness?.sawFile(path),
        note: (text) => void process.stderr.write(`stx-bake: ${text}\n`),
      },
      { freeze: freeze ?? false },
    );
  let made: SourceRevisions | undefined;
  return {
    newest(request) {
      made ??= make();
      return made.newest(request);
    },
  };
}

/** Finds or makes the build directory and reads all configuration and recipes; errors are in `diagnostics`, none is thrown. */
export async function readMetadata(options: ReadingOptions, witness?: Witness): Promise<ReadMetadata> {
  const reading = prepareReading(options, witness);
  const startMs = systemClock.monotonicMs();
  const { value, diagnostics } = loadWorkspace(reading);
  const durationMs = systemClock.monotonicMs() - startMs;
  if (options.verbose + options.debug > 0) {
    process.stderr.write(`stx-bake: ${readingText(value, durationMs)}\n`);
  }
  return { reading, workspace: value, diagnostics, durationMs };
}

/** How long it took, and how many recipe files were read anew. */
function readingText({ configurations }: Workspace, durationMs: number): string {
  const all = [...configurations.values()];
  const files = all.reduce((sum, each) => sum + each.base.recipeFiles.recipes.length, 0);
  const anew = all.reduce((sum, each) => sum + each.evaluatedFiles, 0);
  const seconds = (durationMs / 1000).toFixed(2);
  return `reading the metadata took ${seconds} s: ${anew} recipe files read anew, ${files - anew} from the parse cache`;
}

/** Why a configuration cannot be had; nothing when it can, or is not known. */
export function unavailableIn({ unavailable }: Workspace, name: string): readonly Diagnostic[] {
  return (unavailable?.get(name) ?? []).filter(({ severity }) => severity === 'error');
}

/**
 * Finds or makes the build directory and reads all configuration and recipes. Warnings are printed; throws StxError with
 * every error of every file. A witness is told what was looked at.
 */
export async function loadMetadata(options: ReadingOptions, witness?: Witness): Promise<LoadedMetadata> {
  const { reading, workspace, diagnostics } = await readMetadata(options, witness);
  const errors = diagnostics.filter((each) => each.severity === 'error');
  printDiagnostics(diagnostics.filter((each) => each.severity !== 'error'));
  const base = workspace.configurations.get('')?.base;
  // What cannot be had is an error when it is named itself.
  const missing = askedConfigurations(options).flatMap((name) => unavailableIn(workspace, name));
  if (errors.length + missing.length > 0 || base === undefined) throw new StxError([...errors, ...missing]);
  for (const each of workspace.configurations.values()) checkDirectories(each.base);
  return { buildDirectory: reading.topDirectory, workspace, base };
}
