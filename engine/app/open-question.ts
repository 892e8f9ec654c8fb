import type { Diagnostic } from '../base/diagnostic.ts';
import { StxError } from '../base/stx-error.ts';
import {
  findConfiguration,
  findSubject,
  parseSubjectName,
  type Subject,
  type SubjectSource,
} from '../inspect/find-subject.ts';
import { type DamagedRecipe, damagedRecipeReader } from '../metadata/damaged-recipe.ts';
import type { WorkspaceOptions } from '../metadata/load-workspace.ts';
import type { LoadedConfiguration, Workspace } from '../metadata/workspace.ts';
import { exitCodes } from './exit-codes.ts';
import { type ReadingOptions, readMetadata, unavailableIn } from './load-metadata.ts';
import { printDiagnostics } from './say-diagnostics.ts';

/** Metadata to answer questions from; errors of recipes do not hinder it. */
export interface OpenQuestion {
  readonly reading: WorkspaceOptions;
  readonly workspace: Workspace;
  /** The configuration of that name. Throws StxError; with its errors when it is there but cannot be read. */
  configuration(name: string): LoadedConfiguration;
  /** The recipe that a word of the command line means. Throws StxError. */
  find(name: string): Subject;
  /** Says on standard error that there are errors elsewhere; an answer does not hold them. */
  noteErrors(): void;
  /** Prints what is wrong with an inspected recipe, else what `noteErrors` says; gives the exit code. */
  conclude(subject: Subject): number;
}

/** Reads the metadata for a question. Throws StxError when the configuration cannot be used. */
export async function openQuestion(options: ReadingOptions): Promise<OpenQuestion> {
  const { reading, workspace, diagnostics } = await readMetadata(options);
  const errors = diagnostics.filter((each) => each.severity === 'error');
  printDiagnostics(diagnostics.filter(({ code }) => code === 'configuration-added'));
  if (!workspace.configurations.has('')) throw new StxError(errors);
  const source: SubjectSource = {
    workspace,
    currentDirectory: process.cwd(),
    readDamaged: damagedReader(reading),
  };
  const configuration = (name: string): LoadedConfiguration => {
    const isThere = workspace.configurations.get('')?.base.value('BBMULTICONFIG')?.split(/\s+/).includes(name);
    const missing = unavailableIn(workspace, name);
    if (missing.length > 0) throw new StxError(missing);
    if (isThere && !workspace.configurations.has(name) && errors.length > 0) throw new StxError(errors);
    return findConfiguration(workspace, name);
  };
  const noteErrors = (): void => {
    if (errors.length > 0) process.stderr.write(`stx-bake: ${countText(errors)}; \`stx-bake -p\` shows them\n`);
  };
  return {
    reading,
    workspace,
    configuration,
    find: (word) => {
      const name = parseSubjectName(word);
      configuration(name.configuration);
      return findSubject(name, source);
    },
    noteErrors,
    conclude: (subject) => {
      const own = subject.diagnostics.filter((each) => each.severity === 'error');
      if (own.length === 0) noteErrors();
      printDiagnostics(own);
      return own.length === 0 ? exitCodes.ok : exitCodes.input;
    },
  };
}

/** Readers of recipes with errors by configuration, each made when it is first needed. */
function damagedReader(reading: WorkspaceOptions): SubjectSource['readDamaged'] {
  const readers = new Map<string, (file: string) => readonly DamagedRecipe[]>();
  return (configuration, file) => {
    const reader = readers.get(configuration) ?? damagedRecipeReader(reading, configuration) ?? (() => []);
    readers.set(configuration, reader);
    return reader(file);
  };
}

function countText(errors: readonly Diagnostic[]): string {
  return errors.length === 1
    ? 'there is an error in the metadata'
    : `there are ${errors.length} errors in the metadata`;
}
