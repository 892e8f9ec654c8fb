import { basename } from 'node:path';
import { errorDiagnostic, type RelatedPlace } from '../base/diagnostic.ts';
import type { Span } from '../base/source-text.ts';
import { StxError, unreachable } from '../base/stx-error.ts';
import { splitAssignmentName } from '../language/assignment-target.ts';
import type { FileKind, ParsedFile, Statement } from '../language/statements.ts';
import { RecipeSkipped } from '../python/recipe-skipped.ts';
import { addFragments } from './add-fragments.ts';
import { evaluateFunction, evaluateFunctionDefinition, exportFunctions } from './evaluate-function.ts';
import type { Evaluation } from './evaluation.ts';
import { fileKindOf } from './file-cache.ts';
import { includeAll, includeFiles } from './include-file.ts';
import { type InheritRequest, inheritEach } from './inherit-class.ts';
import { checkRenamed } from './renamed-variables.ts';
import { noteAssignment, noteDeletedTask } from './spelling-hints.ts';
import { taskName } from './task-table.ts';

/** Nested files beyond this are taken for files that include each other. */
const maximumDepth = 100;

/** Reads a file and carries its statements out. False when there is no such file. Problems go to `evaluation.diagnostics`. */
export function evaluateFile(evaluation: Evaluation, path: string, from?: Span): boolean {
  const kind = fileKindOf(path);
  if (!kind || (from !== undefined && path.endsWith('.bbappend'))) {
    const help = 'files that can be read end in `.bb`, `.bbclass`, `.inc` or `.conf`';
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
  evaluation.within(from && openedBy(from, kind), () => {
    for (const each of parsed.diagnostics) evaluation.report(each);
    if (kind === 'class') evaluateStatements(evaluation, parsed);
    else withFile(evaluation, path, () => evaluateStatements(evaluation, parsed));
  });
  return true;
}

/** The place that problems in an opened file name too; that bitbake.conf includes local.conf and the like is no news. */
function openedBy(span: Span, kind: FileKind): RelatedPlace | undefined {
  if (span.source.path.endsWith('/conf/bitbake.conf')) return undefined;
  return { span, message: kind === 'class' ? 'inherited here' : 'included here' };
}

/** Inherits the classes of an expanded text, each at most once. Problems go to `evaluation.diagnostics`. */
export function inheritClasses(evaluation: Evaluation, request: InheritRequest): void {
  inheritEach(evaluation, request, evaluateFile);
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
      if (error instanceof RecipeSkipped) {
        // Only the file at hand ends; where it was included reading goes on. The reason is BitBake's.
        evaluation.skipped = 'True';
        evaluation.stopped = evaluation.depth === 1;
        return;
      }
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
      evaluation.exported.add(statement.name.text);
      break;
    case 'unset':
      if (statement.flag === undefined) datastore.unset(statement.name.text, statement.span);
      else datastore.unsetFlag(statement.name.text, statement.flag, statement.span);
      break;
    case 'include':
      if (statement.mode === 'include_all') includeAll(evaluation, statement, evaluateFile);
      else includeFiles(evaluation, { statement, includer: path }, evaluateFile);
      break;
    case 'inherit':
      evaluateInherit(evaluation, statement);
      break;
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
    case 'export-functions':
      evaluateExportFunctions(evaluation, statement, path);
      break;
    case 'add-handler':
      evaluateAddHandler(evaluation, statement);
      break;
    case 'add-python-library':
      addPythonLibrary(evaluation, statement, path);
      break;
    case 'add-fragments':
      addFragments(evaluation, statement, evaluateFile);
      break;
    default:
      unreachable(statement);
  }
}

type StatementOf<Kind extends Statement['kind']> = Statement & { readonly kind: Kind };

function evaluateInherit(evaluation: Evaluation, { classes, deferred, span }: StatementOf<'inherit'>): void {
  if (deferred) evaluation.deferred.push({ classes: classes.text, span });
  else inheritClasses(evaluation, { names: evaluation.datastore.expand(classes.text), span });
}

/** Outside of a class the name of the class is empty, as in BitBake. */
function evaluateExportFunctions(
  evaluation: Evaluation,
  { names, span }: StatementOf<'export-functions'>,
  path: string,
): void {
  const className = path.endsWith('.bbclass') ? basename(path, '.bbclass') : '';
  exportFunctions(evaluation, words(names.text), { className, span });
}

function evaluateAddHandler(evaluation: Evaluation, { names, span }: StatementOf<'add-handler'>): void {
  const { datastore } = evaluation;
  for (const name of words(names.text)) {
    evaluation.handlers.set(name, names.span);
    datastore.setFlag(name, 'handler', '1', span);
    datastore.set('__BBHANDLERS', `${datastore.getUnexpanded('__BBHANDLERS') ?? ''} ${name}`);
  }
}

function evaluateAssignment(evaluation: Evaluation, statement: StatementOf<'assign' | 'assign-flag'>): void {
  const { datastore } = evaluation;
  const name = statement.name.text;
  checkRenamed(evaluation, name, statement.span);
  noteAssignment(evaluation, statement);
  if (statement.kind === 'assign-flag') {
    datastore.assignFlag(name, statement.flag, statement.operator, statement.value.text, statement.span);
    return;
  }
  // What is pending or a default is expanded when the layer.conf has been read.
  const isPlain = statement.operator !== '??=' && splitAssignmentName(name).operation === undefined;
  const value = isPlain ? atOnce(evaluation, statement.value.text) : statement.value.text;
  datastore.assign(name, statement.operator, value, statement.span);
  if (!statement.exported) return;
  datastore.setFlag(name, 'export', '1', statement.span);
  evaluation.exported.add(name);
}

/** Names in addtask are expanded when the recipe is finished, those in deltask at the line. */
function evaluateTaskStatement(evaluation: Evaluation, statement: StatementOf<'add-task' | 'delete-task'>): void {
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
    noteDeletedTask(evaluation, name, span);
    tasks.delete(name);
    datastore.unsetFlag(taskName(name), 'task', span);
  }
}

/** In layer.conf `${LAYERDIR}` is put in at once; elsewhere the text stays as it is. */
function atOnce(evaluation: Evaluation, text: string): string {
  const references = evaluation.layerReferences;
  if (references === undefined) return text;
  return text.replace(/\$\{(LAYERDIR(?:_RE)?)\}/g, (written, name: string) => references[name] ?? written);
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** BitBake reads `addpylib` only in the files that it opens itself, not in those that they include. */
function addPythonLibrary(
  evaluation: Evaluation,
  { directory, name, span }: Statement & { readonly kind: 'add-python-library' },
  path: string,
): void {
  if (/\/conf\/(?:bblayers|layer|bitbake)\.conf$/.test(path)) {
    evaluation.libraries.push({ directory: evaluation.datastore.expand(atOnce(evaluation, directory)), name });
    return;
  }
  const message = 'expected an assignment, a function or an include, got `addpylib`';
  const help = 'move it into `layer.conf` or `bitbake.conf`';
  evaluation.report(errorDiagnostic('misplaced-statement', message, { span, help }));
}
