import { SourceText } from '../base/source-text.ts';
import { splitAssignmentName } from '../language/assignment-target.ts';
import type { FileKind, Statement } from '../language/statements.ts';
import { recipeParser } from './recipe-parser.ts';

/** A name that a statement gives a value, as written: references and override words are still in it. */
export interface WrittenName {
  /** Without the operation: `FILES:${PN}`, `CFLAGS`. */
  readonly base: string;
  /** Override words of the operation: `board` in `A:append:board`. */
  readonly condition: string | undefined;
  readonly flag: string | undefined;
  /** Where the statement begins, counted from one; absent for a name of the command line. */
  readonly line?: number | undefined;
}

/** What a metadata file, or a line of it, has a say in. */
export interface FileSays {
  readonly names: readonly WrittenName[];
  /** Words of statements that may change anything in what reads the file: `inherit`, `addtask`, anonymous Python... */
  readonly anything: readonly string[];
}

/** Reads a metadata file; with a line only the statements that stand on it. */
export function fileSays(path: string, text: string, line?: number): FileSays {
  const source = new SourceText(path, text);
  const { statements } = recipeParser().parseRecipeFile(source, kindOfFile(path));
  const names: WrittenName[] = [];
  const anything = new Set<string>();
  for (const each of statements) {
    if (line !== undefined && !standsOn(source, each, line)) continue;
    const written = writtenName(each);
    if (written !== undefined) names.push({ ...written, line: source.position(each.span.start).line });
    else anything.add(wordOf(each));
  }
  return { names, anything: [...anything] };
}

/** Whether a path has an ending of metadata files. */
export function isMetadataFile(path: string): boolean {
  return /\.(bb|bbappend|bbclass|inc|conf)$/.test(path);
}

function standsOn(source: SourceText, { span }: Statement, line: number): boolean {
  return source.position(span.start).line <= line && line <= source.position(Math.max(span.start, span.end - 1)).line;
}

/** What a metadata file is, by its ending. */
export function kindOfFile(path: string): FileKind {
  if (path.endsWith('.conf')) return 'configuration';
  if (path.endsWith('.bbclass')) return 'class';
  return path.endsWith('.inc') ? 'include' : 'recipe';
}

function writtenName(statement: Statement): WrittenName | undefined {
  switch (statement.kind) {
    case 'assign':
    case 'export':
      return named(statement.name.text);
    case 'assign-flag':
    case 'unset':
      return named(statement.name.text, statement.flag);
    case 'function':
      return statement.anonymous ? undefined : named(statement.name.text);
    case 'def':
      return named(statement.name);
    default:
      return undefined;
  }
}

function named(text: string, flag?: string): WrittenName {
  const { base, condition } = splitAssignmentName(text);
  return { base, condition, flag };
}

function wordOf(statement: Statement): string {
  switch (statement.kind) {
    case 'function':
      return 'anonymous Python';
    case 'add-task':
      return 'addtask';
    case 'delete-task':
      return 'deltask';
    case 'add-handler':
      return 'addhandler';
    case 'export-functions':
      return 'EXPORT_FUNCTIONS';
    case 'add-python-library':
      return 'addpylib';
    case 'add-fragments':
      return 'addfragments';
    case 'include':
      return statement.mode;
    default:
      return statement.kind;
  }
}
