import { basename } from 'node:path';
import { errorDiagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/source-text.ts';
import { StxError, unreachable } from '../base/stx-error.ts';
import type { ParsedFile, Statement } from '../language/statements.ts';
import { evaluateFunction, evaluateFunctionDefinition, exportFunctions } from './evaluate-function.ts';
import type { Evaluation } from './evaluation.ts';
import { fileKindOf } from './file-cache.ts';
import { includeAll, includeFiles } from './include-file.ts';
import { inheritEach } from './inherit-class.ts';
import { taskName } from './task-table.ts';

/** Nested files beyond this are taken for files that include each other. */
const maximumDepth = 100;

/** Reads a file and carries its statements out. False when there is no such file. Problems go to `evaluation.diagnostics`. */
export function evaluateFile(evaluation: Evaluation, path: string, from?: Span): boolean {
  const kind = fileKindOf(path);
  if (!kind) {
    const help = 'files that can be read end in `.bb`, `.bbappend`, `.bbclass`, `.inc` or `.conf`';
    evaluation.report(errorDiagnostic('unknown-include', `\`${path}\` is not a metadata file`, { span: from, help }));
    return true;
  }
  const parsed = evaluation.context.files.parse(path, kind);
  if (!parsed) {
    evaluation.filesLookedFor.add(path);
    return false;
  }
  evaluation.filesRead.add(path);
  if (evaluation.depth >= maximumDepth) {
    const help = 'remove one of the include or require statements of the circle';
    evaluation.report(
      errorDiagnostic('include-cycle', `\`${path}\` includes itself without end`, { span: from, help }),
    );
    return true;
  }
  evaluation.depth++;
  evaluation.diagnostics.push(...parsed.diagnostics);
  if (kind === 'class') evaluateStatements(evaluation, parsed);
  else withFile(evaluation, path, () => evaluateStatements(evaluation, parsed));
  evaluation.depth--;
  return true;
}

/** Inherits the classes of an expanded text, each at most once. Problems go to `evaluation.diagnostics`. */
export function inheritClasses(evaluation: Evaluation, names: string, span: Span | undefined): void {
  inheritEach(evaluation, { names, span }, evaluateFile);
}

/** FILE is the file being read, except in classes; afterwards it is the includer again. */
function withFile(evaluation: Evaluation, path: string, work: () => void): void {
  const outer = evaluation.datastore.getUnexpanded('FILE');
  evaluation.datastore.set('FILE', path);
  work();
  if (outer !== undefined) evaluation.datastore.set('FILE', outer);
}

function evaluateStatements(evaluation: Evaluation, parsed: ParsedFile): void {
  for (const statement of parsed.statements) {
    try {
      evaluateStatement(evaluation, statement, parsed.source.path);
    } catch (error) {
      if (!(error instanceof StxError)) throw error;
      for (const each of error.diagnostics) evaluation.report({ ...each, span: each.span ?? statement.span });
    }
  }
}

function evaluateStatement(evaluation: Evaluation, statement: Statement, path: string): void {
  const { datastore } = evaluation;
  switch (statement.kind) {
    case 'assign':
    case 'assign-flag':
      evaluateAssignment(evaluation, statement);
      break;
    case 'export':
      datastore.setFlag(statement.name.text, 'export', '1', statement.span);
      break;
    case 'unset':
      if (statement.flag === undefined) datastore.unset(statement.name.text, statement.span);
      else datastore.unsetFlag(statement.name.text, statement.flag, statement.span);
      break;
    case 'include':
      if (statement.mode === 'include_all') includeAll(evaluation, statement, evaluateFile);
      else includeFiles(evaluation, { statement, includer: path }, evaluateFile);
      break;
    case 'inherit': {
      const { classes, span } = statement;
      if (statement.deferred) evaluation.deferred.push({ classes: classes.text, span });
      else inheritClasses(evaluation, datastore.expand(classes.text), span);
      break;
    }
    case 'function':
      evaluateFunction(evaluation, statement);
      break;
    case 'def':
      evaluateFunctionDefinition(evaluation, statement);
      break;
    case 'add-task':
    case 'delete-task':
      evaluateTaskStatement(evaluation, statement);
      break;
    case 'export-functions': {
      const where = { className: basename(path, '.bbclass'), span: statement.span };
      exportFunctions(evaluation, words(statement.names.text), where);
      break;
    }
    case 'add-handler':
      unsupported(evaluation, 'event handlers', statement.span);
      break;
    case 'add-fragments':
      unsupported(evaluation, 'configuration fragments', statement.span);
      break;
    default:
      unreachable(statement);
  }
}

function evaluateAssignment(
  evaluation: Evaluation,
  statement: Statement & { readonly kind: 'assign' | 'assign-flag' },
): void {
  const { datastore } = evaluation;
  const name = atOnce(evaluation, statement.name.text);
  const value = atOnce(evaluation, statement.value.text);
  if (statement.kind === 'assign-flag') {
    datastore.assignFlag(name, statement.flag, statement.operator, value, statement.span);
    return;
  }
  datastore.assign(name, statement.operator, value, statement.span);
  if (statement.exported) datastore.setFlag(name, 'export', '1', statement.span);
}

/** Names in addtask are expanded when the recipe is finished, those in deltask at the line. */
function evaluateTaskStatement(
  evaluation: Evaluation,
  statement: Statement & { readonly kind: 'add-task' | 'delete-task' },
): void {
  const { datastore, tasks } = evaluation;
  const { span } = statement;
  if (statement.kind === 'add-task') {
    for (const name of words(statement.names.text)) {
      tasks.add(name, statement, span);
      datastore.setFlag(taskName(name), 'task', '1', span);
    }
    return;
  }
  for (const name of words(datastore.expand(statement.names.text))) {
    tasks.delete(name);
    datastore.unsetFlag(taskName(name), 'task', span);
  }
}

/** In layer.conf `${LAYERDIR}` is put in at once; elsewhere the text stays as it is. */
function atOnce(evaluation: Evaluation, text: string): string {
  const { layerDirectory } = evaluation;
  if (layerDirectory === undefined) return text;
  const asPattern = layerDirectory.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return text.replace(/\$\{LAYERDIR(_RE)?\}/g, (_, pattern) => (pattern ? asPattern : layerDirectory));
}

function unsupported(evaluation: Evaluation, what: string, span: Span): void {
  evaluation.report(errorDiagnostic('unsupported-statement', `${what} are not supported yet`, { span }));
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
