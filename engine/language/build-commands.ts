import type { CstNode, IToken } from 'chevrotain';
import { errorDiagnostic } from '../base/diagnostic.ts';
import { type FileContext, spanTo, textOf, tokenIn, tokenSpan } from './file-context.ts';
import type { Statement, ValueText } from './statements.ts';

interface Command {
  readonly keyword: IToken;
  readonly rest: ValueText;
  readonly span: Statement['span'];
}

type Builder = (command: Command, context: FileContext) => readonly Statement[];

const builders: Readonly<Record<string, Builder>> = {
  Include: ({ keyword, rest, span }) => [{ kind: 'include', path: rest, mode: includeMode(keyword.image), span }],
  Inherit: ({ keyword, rest, span }) => [
    { kind: 'inherit', classes: rest, deferred: keyword.image === 'inherit_defer', span },
  ],
  AddTask: buildAddTask,
  DeleteTask: (command, context) => {
    const names = withoutComment(command, context);
    return names === undefined
      ? []
      : [{ kind: 'delete-task', names: { ...names, text: names.text.trim() }, span: command.span }];
  },
  AddHandler: ({ rest, span }) => [{ kind: 'add-handler', names: rest, span }],
  ExportFunctions: ({ rest, span }) => [{ kind: 'export-functions', names: rest, span }],
  AddFragments: buildAddFragments,
  AddPythonLibrary: buildAddPythonLibrary,
  Misplaced: ({ keyword }, context) => {
    const message = `expected an assignment or an include, got \`${keyword.image}\` in a configuration file`;
    const help = keyword.image.startsWith('inherit')
      ? 'configuration files name classes in INHERIT: `INHERIT += "class"`'
      : 'move it into a recipe or a class';
    context.report(errorDiagnostic('misplaced-statement', message, { span: tokenSpan(context, keyword), help }));
    return [];
  },
};

/** A keyword with the rest of its line. */
export function buildCommand(node: CstNode, context: FileContext): readonly Statement[] {
  const words = tokenIn(node, 'Words');
  const name = Object.keys(builders).find((each) => tokenIn(node, each) !== undefined) ?? '';
  const keyword = tokenIn(node, name);
  if (words === undefined || keyword === undefined) return [];
  const command = { keyword, rest: textOf(context, words), span: spanTo(context, keyword, words) };
  return builders[name]?.(command, context) ?? [];
}

function includeMode(keyword: string): 'include' | 'require' | 'include_all' {
  return keyword === 'require' || keyword === 'include_all' ? keyword : 'include';
}

/** The names up to a `#`; `undefined` (reported) when there are none. */
function withoutComment({ keyword, rest }: Command, context: FileContext): ValueText | undefined {
  const hash = rest.text.indexOf('#');
  const text = hash === -1 ? rest.text : rest.text.slice(0, hash);
  if (text.trim() !== '') return { text, span: rest.span };
  const message = `expected a task name after \`${keyword.image}\`, got a comment`;
  context.report(errorDiagnostic('syntax-error', message, { span: rest.span, help: 'name a task before the comment' }));
  return undefined;
}

const operationInTask = /:(?:append|prepend|remove)_/;

function buildAddTask(command: Command, context: FileContext): readonly Statement[] {
  const line = withoutComment(command, context);
  if (line === undefined) return [];
  const wrong = command.rest.text.split(/\s+/).find((each) => operationInTask.test(each));
  if (wrong !== undefined) {
    const message = `expected a task name, got \`${wrong}\`, which holds an operation`;
    const help = 'rename the task';
    context.report(errorDiagnostic('syntax-error', message, { span: command.rest.span, help }));
    return [];
  }
  const before = clauses(line.text, ' before ', ' after ');
  const after = clauses(line.text, ' after ', ' before ');
  warnJoinedNames(line, context);
  const names = (line.text.split(' before ', 1)[0] ?? '').split(' after ', 1)[0] ?? '';
  return [{ kind: 'add-task', names: { ...line, text: names.trim() }, before, after, span: command.span }];
}

/**
 * The names behind `word`, up to the next `other`. Clauses parted by the other word are put together without a blank,
 * as BitBake does.
 */
function clauses(text: string, word: string, other: string): readonly string[] {
  const joined = text.split(other).map((each) => each.split(word).slice(1).join(' '));
  return joined.join('').split(/\s+/).filter(Boolean);
}

function warnJoinedNames(line: ValueText, context: FileContext): void {
  const order = [...line.text.matchAll(/ (before|after)(?= )/g)].map((each) => each[1]);
  const changes = order.filter((each, index) => index > 0 && each !== order[index - 1]).length;
  if (changes < 2) return;
  context.report({
    code: 'joined-task-names',
    severity: 'note',
    message: '`before` and `after` alternate: the last name of one clause and the first of the next become one name',
    span: line.span,
    help: 'write all `after` clauses in a row, then all `before` clauses',
  });
}

function buildAddFragments({ keyword, rest, span }: Command, context: FileContext): readonly Statement[] {
  const words = rest.text.split(/\s+/).filter(Boolean);
  if (words.length < 4) {
    const message = `expected four words after \`${keyword.image}\`, got ${words.length}`;
    const help = 'write `addfragments PREFIX VARIABLE FLAGGED_VARIABLES BUILTIN_FRAGMENTS`';
    context.report(errorDiagnostic('syntax-error', message, { span: rest.span, help }));
    return [];
  }
  return [{ kind: 'add-fragments', words: [words.slice(0, -3).join(' '), ...words.slice(-3)], span }];
}

function buildAddPythonLibrary({ keyword, rest, span }: Command, context: FileContext): readonly Statement[] {
  const words = rest.text.split(/\s+/).filter(Boolean);
  const name = words.pop();
  if (name !== undefined && words.length > 0) {
    return [{ kind: 'add-python-library', directory: words.join(' '), name, span }];
  }
  const message = `expected a directory and a name after \`${keyword.image}\`, got \`${rest.text}\``;
  const help = 'write `addpylib DIRECTORY NAME`';
  context.report(errorDiagnostic('syntax-error', message, { span: rest.span, help }));
  return [];
}
