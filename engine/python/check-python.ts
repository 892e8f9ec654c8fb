import { compiledBody } from './compiled.ts';
import { parseBody } from './parse-python.ts';
import { pythonFailure } from './python-messages.ts';
import type { PythonBody } from './python-runtime.ts';
import { PythonException } from './values/python-error.ts';

/** Reads statements without running them. Throws StxError `python-syntax` with the place of the mistake. */
export function checkPython(body: PythonBody): void {
  const source = { name: body.name, linesBefore: 0, lineAt: body.lineAt };
  try {
    compiledBody(body.text);
    if (body.name === '__anonymous') checkIsIndented(body.text);
  } catch (error) {
    throw pythonFailure(error, `\`${body.name}\``, source);
  }
}

/** As `checkPython` for a function that may run elsewhere: it has to be Python, but need not be ours. */
export function checkPythonSyntax(body: PythonBody): void {
  try {
    parseBody(body.text);
  } catch (error) {
    throw pythonFailure(error, `\`${body.name}\``, { name: body.name, linesBefore: 0, lineAt: body.lineAt });
  }
}

/** The lines between the braces of an anonymous function become the block of a `def`: there must be one. */
function checkIsIndented(text: string): void {
  const lines = text.replace(/\n$/, '').split('\n');
  const first = lines.findIndex((line) => /^\s*[^\s#]/.test(line));
  if (first !== -1 && /^\s/.test(lines[first] ?? '')) return;
  const error = new PythonException('SyntaxError', 'expected an indented block');
  error.trace.push({ name: '', line: first === -1 ? lines.length : first + 1, column: 0, source: undefined });
  throw error;
}
