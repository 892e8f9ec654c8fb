import type { Diagnostic } from '../../engine/base/diagnostic.ts';
import { nodeFileReader } from '../../engine/base/node-file-reader.ts';
import { formatSpan, type Span } from '../../engine/base/source-text.ts';
import { loadWorkspace } from '../../engine/metadata/load-workspace.ts';
import type { Recipe } from '../../engine/metadata/recipe.ts';
import type { Workspace } from '../../engine/metadata/workspace.ts';
import { createInlineEvaluator } from '../../engine/python/evaluate-inline.ts';
import { findTaskProblems } from './task-problems.ts';
import { bitbakeWording } from './wording.ts';

/** What takes the place of an answer when the metadata cannot be read, or a graph cannot be made. */
export interface FailureAnswer {
  readonly fails: true;
  readonly stage: 'configuration' | 'recipes' | 'graph';
  readonly file?: string;
  readonly line?: number;
  readonly messages: readonly string[];
}

/** The metadata of a project folder. */
export interface LoadedProject {
  readonly directory: string;
  readonly workspace: Workspace;
  readonly diagnostics: readonly Diagnostic[];
  /** Set when there were errors. */
  readonly failure: FailureAnswer | undefined;
}

/** The environment that every case starts from; only part of it goes on to tasks. */
export function caseEnvironment(directory: string): Readonly<Record<string, string>> {
  return { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: `${directory}/home`, LC_ALL: 'C.UTF-8', PWD: directory };
}

/** Reads configuration and recipes of a project folder. */
export function loadProject(directory: string): LoadedProject {
  const environment = caseEnvironment(directory);
  const { value: workspace, diagnostics: found } = loadWorkspace({
    topDirectory: directory,
    files: nodeFileReader,
    evaluator: createInlineEvaluator(),
    environment,
    givenFlags: Object.fromEntries(Object.keys(environment).map((name) => [name, { export: '1' }])),
  });
  const diagnostics = [...found, ...taskProblems(workspace)];
  const base = workspace.configurations.get('')?.base;
  const others = (base?.datastore.get('BBMULTICONFIG') ?? '').split(/\s+/).filter((name) => name !== '');
  const isRead = ['', ...others].every((name) => workspace.configurations.has(name));
  const stage = isRead ? 'recipes' : 'configuration';
  const failure = failureAnswer(diagnostics, stage, directory);
  return { directory, workspace, diagnostics, failure };
}

/** BitBake knows the base hashes of all tasks when it has parsed a recipe, so what is wrong with them is an error of parsing. */
function taskProblems(workspace: Workspace): readonly Diagnostic[] {
  return [...workspace.configurations.values()].flatMap(({ catalog }) =>
    catalog.recipes.filter((recipe) => recipe.skipped === undefined).flatMap(findTaskProblems),
  );
}

/** The failure that these diagnostics are; `undefined` when none is an error. */
export function failureAnswer(
  diagnostics: readonly Diagnostic[],
  stage: FailureAnswer['stage'],
  directory: string,
): FailureAnswer | undefined {
  const errors = diagnostics.filter((each) => each.severity === 'error');
  if (errors.length === 0) return undefined;
  const place = errors.find((each) => each.span !== undefined) ?? errors[0];
  return { fails: true, stage, ...(place ? placeOf(place, directory) : {}), messages: errors.map(messageOf) };
}

/** What a person reads of a diagnostic, without the source lines, and below it how BitBake words it where that differs. */
export function messageOf(diagnostic: Diagnostic): string {
  const { message, code, help, detail, severity, span } = diagnostic;
  const lines = [`${span === undefined ? 'stx-bake' : formatSpan(span)}: ${severity}: ${message} [${code}]`];
  if (help !== undefined) lines.push(`help: ${help}`);
  if (detail !== undefined) lines.push(detail);
  return [...lines, ...bitbakeWording(diagnostic).map((each) => `BitBake: ${each}`)].join('\n');
}

/** Whether BitBake calls an error what we call a warning, since both go on: `bb.error`, a pattern of BBMASK that is left out. */
export function isErrorOfBitbake({ code, severity, message }: Diagnostic): boolean {
  if (code === 'layer-error') return severity === 'warning';
  return code === 'invalid-pattern' && severity === 'warning' && message.includes('ignoring');
}

/**
 * File and line in BitBake's way: the line in which a statement ends; for a value that cannot be expanded the recipe alone;
 * for a file that is not metadata that file.
 */
export function placeOf(
  { span, related = [], message, code }: Diagnostic,
  directory: string,
): { readonly file?: string; readonly line?: number } {
  if (span === undefined) {
    const recipe = /^`([^`]*\.bb)`: /.exec(message)?.[1];
    return recipe === undefined ? {} : { file: relativeTo(directory, recipe) };
  }
  const notMetadata = /^`(.*)` is not a metadata file$/.exec(message)?.[1];
  if (notMetadata !== undefined) return { file: relativeTo(directory, notMetadata) };
  if (code === 'recursive-reference' || code === 'include-cycle' || message.startsWith('`${@')) {
    const recipe = related.findLast((each) => each.span.source.path.endsWith('.bb'))?.span ?? span;
    return { file: relativeTo(directory, recipe.source.path) };
  }
  const end = related.find((each) => /^the (statement|file) ends here$/.test(each.message))?.span ?? span;
  return { file: relativeTo(directory, span.source.path), line: lastLine(end) };
}

function lastLine({ source, end }: Span): number {
  return source.position(end).line;
}

/** A path as the cases write it: relative to the project folder when it lies in it. */
export function relativeTo(directory: string, path: string): string {
  return path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : path;
}

/** The recipe that a query's `file`, `variant` and `mc` name; throws when it was not loaded. */
export function recipeOf(project: LoadedProject, query: RecipeQuery): Recipe {
  const { file, variant = '', mc = '' } = query;
  const recipes = project.workspace.configurations.get(mc)?.catalog.recipes ?? [];
  const found = recipes.find((each) => each.file === `${project.directory}/${file}` && each.variant === variant);
  if (found === undefined) throw new Error(`no recipe ${file} ${variant} ${mc}`);
  return found;
}

/** The part of a query that names a recipe. */
export interface RecipeQuery {
  readonly file: string;
  readonly variant?: string;
  readonly mc?: string;
}
