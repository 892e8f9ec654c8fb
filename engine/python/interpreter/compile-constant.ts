import type { Node } from '../parse-python.ts';
import { PythonBytes } from '../values/bytes.ts';
import { PythonException, UnsupportedConstruct } from '../values/python-error.ts';
import { ellipsis } from '../values/singletons.ts';
import type { Value } from '../values/value.ts';
import type { Eval } from './compiler.ts';

/** A literal. Throws SyntaxError for a number that Python does not read. */
export function compileConstant(code: string, node: Node<'Constant'>): Eval {
  const value: unknown = node.value;
  if (typeof value === 'object' && value !== null) {
    return (frame) => {
      frame.at = node;
      throw new UnsupportedConstruct('a complex number', 'use int or float');
    };
  }
  const constant = constantValue(code, node, value);
  return () => constant;
}

function constantValue(code: string, node: Node<'Constant'>, value: unknown): Value {
  if (typeof value === 'string') {
    // The tree has no quotes of an ellipsis, nor of what stands in a pattern.
    const quotes = node.quote_style ?? /^[a-z]*["']/i.exec(sourceOf(code, node))?.[0];
    if (quotes === undefined) return ellipsis;
    return /b/i.test(quotes) ? new PythonBytes(byteText(value)) : value;
  }
  if (typeof value !== 'number') return value as null | boolean | bigint;
  const text = sourceOf(code, node);
  if (/^0[\d_]*[1-9]$/.test(text)) {
    throw new PythonException('SyntaxError', 'leading zeros in decimal integer literals are not permitted');
  }
  return isFloat(text, value) ? value : BigInt(value);
}

function byteText(text: string): string {
  if (/[^\0-\xff]/.test(text)) {
    throw new PythonException('SyntaxError', 'bytes can only contain ASCII literal characters');
  }
  return text;
}

function sourceOf(code: string, node: Node<'Constant'>): string {
  const line = lineOf(code, node.lineno ?? 1);
  // Columns count the bytes of UTF-8.
  if (line !== '' && Buffer.byteLength(line) !== line.length) {
    return Buffer.from(line).subarray(node.col_offset, node.end_col_offset).toString();
  }
  return line.slice(node.col_offset, node.end_col_offset);
}

function lineOf(code: string, number: number): string {
  let start = 0;
  for (let line = 1; line < number; line++) start = code.indexOf('\n', start) + 1;
  const end = code.indexOf('\n', start);
  return code.slice(start, end === -1 ? undefined : end);
}

/** The tree holds the same number for `1` and `1.0`: only the text tells. */
function isFloat(text: string, value: number): boolean {
  if (!Number.isInteger(value)) return true;
  return !/^0[xob]/i.test(text) && /[.e]/i.test(text);
}
