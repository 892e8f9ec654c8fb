import { compiledBody } from './compiled.ts';
import { pythonFailure } from './python-messages.ts';
import type { PythonBody } from './python-runtime.ts';

/** Reads statements without running them. Throws StxError `python-syntax` with the place of the mistake. */
export function checkPython(body: PythonBody): void {
  const source = { name: body.name, linesBefore: 0, lineAt: body.lineAt };
  try {
    compiledBody(body.text);
  } catch (error) {
    throw pythonFailure(error, `\`${body.name}\``, source);
  }
}
