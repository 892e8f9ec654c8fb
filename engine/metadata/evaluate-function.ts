import { errorDiagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/source-text.ts';
import type { Statement } from '../language/statements.ts';
import { checkPython } from '../python/check-python.ts';
import type { Evaluation } from './evaluation.ts';
import { bodyAt } from './python-code.ts';

const exportMark = '    # Export function set\n';

/** `name() { ... }` and `python name() { ... }`: a variable that holds the body, with the flags that say what it is. */
export function evaluateFunction(evaluation: Evaluation, statement: Statement & { readonly kind: 'function' }): void {
  const { datastore } = evaluation;
  const { span, body } = statement;
  const name = statement.name.text;
  if (statement.anonymous) {
    const first = statement.bodySpan.source.position(statement.bodySpan.start).line;
    const code = bodyAt('__anonymous', body, { span: statement.bodySpan, first });
    checkPython(code);
    evaluation.anonymous.push(code);
    return;
  }
  if (!isOperation(name)) {
    // Flags of an earlier definition must not stick to the new one.
    if (datastore.getUnexpanded(name)) {
      datastore.unsetFlag(name, 'python', span);
      datastore.unsetFlag(name, 'fakeroot', span);
    }
    if (statement.language === 'python') datastore.setFlag(name, 'python', '1', span);
    if (statement.fakeroot) datastore.setFlag(name, 'fakeroot', '1', span);
    datastore.setFlag(name, 'func', '1', span);
  }
  datastore.assign(name, '=', body, span);
}

/** `def name(...)`: a variable that holds the text; code that sees the variable can call it. */
export function evaluateFunctionDefinition(
  evaluation: Evaluation,
  statement: Statement & { readonly kind: 'def' },
): void {
  const { datastore } = evaluation;
  datastore.setFlag(statement.name, 'func', '1', statement.span);
  datastore.setFlag(statement.name, 'python', '1', statement.span);
  datastore.assign(statement.name, '=', statement.text, statement.span);
  const first = statement.span.source.position(statement.span.start).line;
  // Where the file itself could not be read, the function may be cut off in the middle.
  if (
    evaluation.diagnostics.some((each) => each.code === 'syntax-error' && each.span?.source === statement.span.source)
  )
    return;
  checkPython(bodyAt(statement.name, statement.text, { span: statement.span, first }));
}

/** EXPORT_FUNCTIONS f in class k: f becomes a call of k_f, unless f was written by hand. BitBake: ExportFuncsNode. */
export function exportFunctions(
  evaluation: Evaluation,
  names: readonly string[],
  where: { readonly className: string; readonly span: Span },
): void {
  for (const name of names) exportFunction(evaluation, name, where);
}

function exportFunction(
  evaluation: Evaluation,
  name: string,
  { className, span }: { readonly className: string; readonly span: Span },
): void {
  const { datastore } = evaluation;
  const called = `${className}_${name}`;
  const present = datastore.getUnexpanded(name);
  if (present && !present.includes(exportMark)) return;
  for (const flag of ['func', 'python']) {
    const value = datastore.flagUnexpanded(called, flag);
    if (value !== undefined) datastore.setFlag(name, flag, value, span);
    else if (present) datastore.unsetFlag(name, flag, span);
  }
  for (const flag of ['dirs', 'cleandirs', 'fakeroot']) {
    const value = datastore.flagUnexpanded(name, flag);
    if (value) datastore.setFlag(called, flag, value, span);
  }
  if (datastore.flagUnexpanded(called, 'python')) {
    datastore.assign(name, '=', `${exportMark}    bb.build.exec_func('${called}', d)\n`, span);
    return;
  }
  if (className.includes('-')) {
    const help = `rename the class, or define \`${name}\` without EXPORT_FUNCTIONS`;
    const message = `the class name \`${className}\` contains a dash character, so EXPORT_FUNCTIONS cannot call \`${called}\` from a shell function`;
    evaluation.report(errorDiagnostic('invalid-value', message, { span, help }));
    return;
  }
  datastore.assign(name, '=', `${exportMark}    ${called}\n`, span);
}

function isOperation(name: string): boolean {
  return /:(append|prepend|remove)(:|$)/.test(name);
}
