import { StxError } from '../base/stx-error.ts';
import type { BaseConfiguration } from '../metadata/workspace.ts';

/**
 * Whether a variable such as ASSUME_PROVIDED lists a name; an entry is a pattern only when it begins with `^` or ends
 * with `$`. Throws StxError (`invalid-pattern`).
 */
export function assumedNames(
  { datastore }: Pick<BaseConfiguration, 'datastore'>,
  variable: string,
): (name: string) => boolean {
  const entries = (datastore.get(variable) ?? '').split(/\s+/).filter((each) => each !== '');
  const names = new Set(entries.filter((entry) => !isPattern(entry)));
  const patterns = entries.filter(isPattern).map((entry) => {
    try {
      return new RegExp(`^(?:${entry})`);
    } catch {
      const message = `\`${entry}\` in ${variable} is not a regular expression`;
      throw StxError.of('invalid-pattern', message, { span: datastore.definition(variable) });
    }
  });
  return (name) => names.has(name) || patterns.some((pattern) => pattern.test(name));
}

function isPattern(entry: string): boolean {
  return entry.startsWith('^') || entry.endsWith('$');
}
