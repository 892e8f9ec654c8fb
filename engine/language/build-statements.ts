import type { CstElement, CstNode, IToken } from 'chevrotain';
import { buildCommand } from './build-commands.ts';
import { buildDef, buildFunction } from './build-functions.ts';
import { type FileContext, spanTo, textOf, tokenIn } from './file-context.ts';
import { joinLines } from './lexical-patterns.ts';
import { explainUnreadable } from './parser-messages.ts';
import { checkAssignment, checkExportedName, checkUnset } from './statement-checks.ts';
import type { AssignOperator, NameText, Statement, ValueText } from './statements.ts';

/** Concrete syntax of a file -> statements; nodes in which the parser met an error are left out. */
export function buildStatements(file: CstNode, context: FileContext): readonly Statement[] {
  const { statement: nodes = [] } = file.children;
  return nodes.flatMap((each) => ('image' in each ? [] : buildStatement(each, context)));
}

function buildStatement(node: CstNode, context: FileContext): readonly Statement[] {
  const [rule] = Object.keys(node.children);
  const element: CstElement | undefined = rule === undefined ? undefined : node.children[rule]?.[0];
  if (element === undefined || node.recoveredNode) return [];
  if ('image' in element) {
    if (rule === 'Def') return buildDef(element, context);
    context.report(explainUnreadable(element, context.source));
    return [];
  }
  if (element.recoveredNode) return [];
  switch (rule) {
    case 'function':
      return buildFunction(element, context);
    case 'assignment':
      return buildAssignment(element, context);
    case 'export':
      return buildExport(element, context);
    case 'unset':
      return buildUnset(element, context);
    default:
      return buildCommand(element, context);
  }
}

function buildAssignment(node: CstNode, context: FileContext): readonly Statement[] {
  const name = tokenIn(node, 'FirstName');
  return name === undefined ? [] : buildAssign(node, { first: name, name, exported: false }, context);
}

interface Left {
  readonly first: IToken;
  readonly name: IToken;
  readonly exported: boolean;
}

function buildAssign(node: CstNode, { first, name, exported }: Left, context: FileContext): readonly Statement[] {
  const operator = tokenIn(node, 'Operator');
  const value = tokenIn(node, 'Value');
  if (operator === undefined || value === undefined) return [];
  const flag = tokenIn(node, 'Flag');
  const common = {
    name: textOf(context, name) satisfies NameText,
    operator: operator.image as AssignOperator,
    value: unquote(textOf(context, value)),
    span: spanTo(context, first, value),
  };
  const usable = checkAssignment(
    { ...common, left: flag ?? name, operatorToken: operator, valueToken: value, isFlag: flag !== undefined },
    context,
  );
  if (!usable) return [];
  if (flag === undefined) return [{ kind: 'assign', ...common, exported }];
  const assignFlag: Statement = { kind: 'assign-flag', ...common, flag: joinLines(flag.image).slice(1, -1) };
  return exported ? [{ kind: 'export', name: common.name, span: common.span }, assignFlag] : [assignFlag];
}

function unquote({ text, span }: ValueText): ValueText {
  return { text: text.slice(1, -1), span };
}

function buildExport(node: CstNode, context: FileContext): readonly Statement[] {
  const first = tokenIn(node, 'Export');
  const name = tokenIn(node, 'Name');
  if (first === undefined || name === undefined) return [];
  if (tokenIn(node, 'Operator') !== undefined) return buildAssign(node, { first, name, exported: true }, context);
  const text = textOf(context, name);
  if (!checkExportedName(text, context)) return [];
  return [{ kind: 'export', name: text, span: spanTo(context, first, name) }];
}

function buildUnset(node: CstNode, context: FileContext): readonly Statement[] {
  const first = tokenIn(node, 'Unset');
  const name = tokenIn(node, 'Name');
  if (first === undefined || name === undefined) return [];
  const flag = tokenIn(node, 'Flag');
  const text = textOf(context, name);
  if (!checkUnset(text, flag, context)) return [];
  const span = spanTo(context, first, flag ?? name);
  return [
    { kind: 'unset', name: text, ...(flag === undefined ? {} : { flag: joinLines(flag.image).slice(1, -1) }), span },
  ];
}
