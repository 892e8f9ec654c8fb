import { nodeFileReader } from '../base/node-file-reader.ts';
import { StxError } from '../base/stx-error.ts';
import { storeDiagnostic } from '../messages/stored-diagnostic.ts';
import { loadWorkspace } from '../metadata/load-workspace.ts';
import type { BaseConfiguration, Workspace } from '../metadata/workspace.ts';
import { createInlineEvaluator } from '../python/evaluate-inline.ts';
import { diagnosticText } from '../ui/diagnostic-text.ts';
import { checkDirectories, findBuildDirectory, prepareBuildDirectory } from './build-directory.ts';
import { readHostVariables } from './host-variables.ts';
import type { Options } from './options.ts';

/** The metadata of a build directory. */
export interface LoadedMetadata {
  readonly buildDirectory: string;
  readonly workspace: Workspace;
  /** The default configuration. */
  readonly base: BaseConfiguration;
}

/**
 * Finds or makes the build directory and reads all configuration and recipes. Warnings are printed; throws StxError with
 * every error of every file.
 */
export function loadMetadata(options: Pick<Options, 'buildDirectory'>): LoadedMetadata {
  const buildDirectory = findBuildDirectory(options.buildDirectory, process.cwd());
  for (const path of prepareBuildDirectory(buildDirectory)) process.stderr.write(`stx-bake: made ${path}\n`);
  const host = readHostVariables(nodeFileReader);
  const { value, diagnostics } = loadWorkspace({
    topDirectory: buildDirectory,
    files: nodeFileReader,
    evaluator: createInlineEvaluator(),
    environment: host.variables,
    givenFlags: host.flags,
  });
  const errors = diagnostics.filter((each) => each.severity === 'error');
  for (const each of diagnostics) {
    if (each.severity === 'error') continue;
    process.stderr.write(`${diagnosticText(storeDiagnostic(each), { base: process.cwd() })}\n`);
  }
  const base = value.configurations.get('')?.base;
  if (errors.length > 0 || base === undefined) throw new StxError(errors);
  for (const each of value.configurations.values()) checkDirectories(each.base);
  return { buildDirectory, workspace: value, base };
}
