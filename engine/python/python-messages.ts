import type { RelatedPlace } from '../base/diagnostic.ts';
import type { Span } from '../base/source-text.ts';
import { StxError } from '../base/stx-error.ts';
import { type CodeSource, placeOf } from './interpreter/frame.ts';
import { exceptionHelp, syntaxHelp } from './python-help.ts';
import { RecipeSkipped } from './recipe-skipped.ts';
import { exceptionClass, objectOf } from './values/exceptions.ts';
import { isTraced, LimitReached, PythonException, UnsupportedConstruct } from './values/python-error.ts';
import { toText } from './values/represent.ts';

const shownLength = 120;
const limitHelp = 'compute the value in a task';

/** How messages name an expression. */
export function shownExpression(code: string, where: string): string {
  const shown = code.length > shownLength ? `${code.slice(0, shownLength)}...` : code;
  return `\`\${@${shown}}\` in \`${where}\``;
}

/**
 * The error for code that failed: place and calls from its trace. Errors that are already ours, and bugs, pass unchanged;
 * `bb.parse.SkipRecipe` becomes RecipeSkipped.
 */
export function pythonFailure(error: unknown, subject: string, source: CodeSource): unknown {
  const more = { ...placesOf(error, source), cause: error };
  if (error instanceof UnsupportedConstruct) {
    return StxError.of('unsupported-python', `${error.message} is not supported, in ${subject}`, {
      ...more,
      help: error.help,
    });
  }
  if (error instanceof LimitReached) {
    return StxError.of('python-limit', `${subject} ${error.message}`, { ...more, help: limitHelp });
  }
  if (error instanceof RangeError) {
    const what = `${subject} nests too deep or makes a text that is too long`;
    return StxError.of('python-limit', what, { ...more, help: limitHelp });
  }
  return error instanceof PythonException ? exceptionFailure(error, subject, more) : error;
}

type More = ReturnType<typeof placesOf> & { readonly cause: unknown };

function exceptionFailure(error: PythonException, subject: string, more: More): unknown {
  const message = messageOf(error);
  if (objectOf(error).class.isSubclassOf(exceptionClass('bb.parse.SkipRecipe'))) return new RecipeSkipped(message);
  if (objectOf(error).class.isSubclassOf(exceptionClass('bb.BBHandledException'))) {
    return StxError.of('layer-error', message === '' ? 'the code gave up after what it reported' : message, more);
  }
  if (error.typeName === 'SyntaxError' && error.message !== '') {
    const help = syntaxHelp(error.message);
    return StxError.of('python-syntax', `${subject} is not valid Python: ${message}`, { ...more, help });
  }
  const text = message === '' ? error.typeName : `${error.typeName}: ${message}`;
  return StxError.of('python-exception', `${subject} raised ${text}`, { ...more, help: exceptionHelp(error, message) });
}

/** `str(exception)`; an exception whose own code fails is shown by its type alone. */
function messageOf(error: PythonException): string {
  if (error.object === undefined) return error.message;
  try {
    return toText(objectOf(error));
  } catch {
    return '';
  }
}

function placesOf(
  error: unknown,
  source: CodeSource,
): { readonly span?: Span; readonly related?: readonly RelatedPlace[] } {
  if (!isTraced(error)) return {};
  const places = error.trace.flatMap((each) => {
    const span = placeOf((each.source as CodeSource | undefined) ?? source, each.line, each.column);
    return span === undefined ? [] : [{ span, name: each.name }];
  });
  const [first, ...calls] = places;
  if (first === undefined) return {};
  const related = calls.slice(0, 10).map(({ span, name }) => ({ span, message: `called here, in \`${name}\`` }));
  return { span: first.span, ...(related.length > 0 ? { related } : {}) };
}
