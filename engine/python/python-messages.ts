import { StxError } from '../base/stx-error.ts';
import { LimitReached, PythonException, UnsupportedConstruct } from './values/python-error.ts';

const shownLength = 120;

/** The error for a failed expression; errors that are already ours, and bugs, pass unchanged. */
export function pythonFailure(error: unknown, code: string, where: string): unknown {
  const shown = code.length > shownLength ? `${code.slice(0, shownLength)}...` : code;
  const place = `\`\${@${shown}}\` in \`${where}\``;
  if (error instanceof UnsupportedConstruct) {
    return StxError.of('unsupported-python', `${error.message} is not supported, in ${place}`, {
      help: error.help,
      cause: error,
    });
  }
  if (error instanceof LimitReached) {
    return StxError.of('python-limit', `${place} ${error.message}`, {
      help: 'compute the value in a task',
      cause: error,
    });
  }
  if (error instanceof RangeError) {
    return StxError.of('python-limit', `${place} nests too deep or makes a text that is too long`, {
      help: 'compute the value in a task',
      cause: error,
    });
  }
  if (!(error instanceof PythonException)) return error;
  if (error.typeName === 'SyntaxError') {
    return StxError.of('python-syntax', `${place} is not valid Python: ${error.message}`, { cause: error });
  }
  return StxError.of('python-exception', `${place} raised ${error.typeName}: ${error.message}`, {
    help: helpFor(error),
    cause: error,
  });
}

function helpFor(error: PythonException): string | undefined {
  if (error.typeName === 'AttributeError' && error.message.startsWith("'NoneType'")) {
    return "a variable is unset: write `(d.getVar('NAME') or '')` or give it a default with `?=`";
  }
  return undefined;
}
