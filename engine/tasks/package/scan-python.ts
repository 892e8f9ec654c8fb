import type { Operator } from './dependency.ts';
import type { NamedThing } from './package-record.ts';

/** What the metadata of a Python distribution says. */
export interface PythonDistribution {
  readonly name: string;
  readonly version: string;
  readonly requires: readonly NamedThing[];
}

/** The name by which a distribution is asked for (PEP 503). */
export function normalizedPythonName(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}

/** METADATA or PKG-INFO -> its distribution; `python` is the version for which environment markers are evaluated. */
export function parsePythonMetadata(text: string, python: string): PythonDistribution | undefined {
  const header = text.split(/\r?\n\r?\n/, 1)[0] ?? '';
  const all = (field: string) =>
    [...header.matchAll(new RegExp(`^${field}:[ \\t]*(.*)$`, 'gim'))].map((each) => each[1]?.trim() ?? '');
  const name = all('Name')[0];
  if (name === undefined || name === '') return undefined;
  return {
    name: normalizedPythonName(name),
    version: all('Version')[0] ?? '',
    requires: all('Requires-Dist').flatMap((each) => parseRequirement(each, python)),
  };
}

/** The `requires.txt` of an egg-info folder: sections `[extra]` and `[:marker]` follow the plain lines. */
export function parseRequiresText(text: string, python: string): readonly NamedThing[] {
  const result: NamedThing[] = [];
  let applies = true;
  for (const line of text.split(/\r?\n/).map((each) => each.trim())) {
    const section = /^\[([^:\]]*)(?::(.*))?\]$/.exec(line);
    if (section !== null) applies = section[1] === '' && markerHolds(section[2] ?? '', python);
    else if (applies && line !== '' && !line.startsWith('#')) result.push(...parseRequirement(line, python));
  }
  return result;
}

/**
 * A requirement as PEP 508 writes it. `~= 1.4` becomes `>= 1.4`, `== 1.*` becomes `>= 1`; `!=` says nothing that a package
 * manager could use. A requirement of an extra, or whose marker does not hold here, gives nothing.
 */
export function parseRequirement(text: string, python: string): readonly NamedThing[] {
  const [requirement = '', marker = ''] = splitMarker(text);
  if (!markerHolds(marker, python)) return [];
  const found = /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(.*)$/.exec(requirement);
  if (found === null) return [];
  const name = normalizedPythonName(found[1] ?? '');
  const bounds = (found[2] ?? '').replace(/^\(|\)$/g, '').startsWith('@') ? '' : (found[2] ?? '').replace(/[()]/g, '');
  const things = bounds.split(',').flatMap((each) => bound(name, each.trim()));
  return things.length > 0 ? things : [{ name }];
}

const comparisons: Readonly<Record<string, Operator>> = {
  '<': '<<',
  '<=': '<=',
  '==': '=',
  '===': '=',
  '~=': '>=',
  '>=': '>=',
  '>': '>>',
};

function bound(name: string, text: string): readonly NamedThing[] {
  const found = /^(===|==|~=|<=|>=|<|>)\s*(\S+)$/.exec(text);
  const operator = comparisons[found?.[1] ?? ''];
  if (found === null || operator === undefined) return [];
  const version = (found[2] ?? '').replace(/\.\*$/, '');
  return [{ name, operator: found[2]?.endsWith('.*') && operator === '=' ? '>=' : operator, version }];
}

function splitMarker(text: string): readonly [string, string] {
  const at = text.indexOf(';');
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** Evaluates an environment marker (PEP 508) on Linux; what cannot be read holds, so that no dependency is lost. */
export function markerHolds(marker: string, python: string): boolean {
  return splitTop(marker, 'or').some((each) => splitTop(each, 'and').every((one) => comparisonHolds(one, python)));
}

/** Parts of a text around a word that stands outside of parentheses and quotes. */
function splitTop(text: string, word: 'and' | 'or'): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const found of text.matchAll(/'[^']*'|"[^"]*"|\(|\)|\b(?:and|or)\b/g)) {
    if (found[0] === '(') depth += 1;
    else if (found[0] === ')') depth -= 1;
    else if (found[0] === word && depth === 0) {
      parts.push(text.slice(start, found.index));
      start = found.index + word.length;
    }
  }
  return [...parts, text.slice(start)];
}

function comparisonHolds(text: string, python: string): boolean {
  const trimmed = text.trim();
  if (trimmed === '') return true;
  if (trimmed.startsWith('(') && trimmed.endsWith(')')) return markerHolds(trimmed.slice(1, -1), python);
  const found = /^([\w.]+|'[^']*'|"[^"]*")\s*(===|==|!=|<=|>=|<|>|~=|not\s+in|in)\s*([\w.]+|'[^']*'|"[^"]*")$/.exec(
    trimmed,
  );
  if (found === null) return true;
  const left = markerValue(found[1] ?? '', python);
  const right = markerValue(found[3] ?? '', python);
  if (left === undefined || right === undefined) return true;
  return compareMarker(left, (found[2] ?? '').replace(/\s+/g, ' '), right);
}

function markerValue(text: string, python: string): string | undefined {
  if (/^['"]/.test(text)) return text.slice(1, -1);
  const environment: Readonly<Record<string, string>> = {
    python_version: python,
    python_full_version: `${python}.0`,
    os_name: 'posix',
    sys_platform: 'linux',
    platform_system: 'Linux',
    platform_python_implementation: 'CPython',
    implementation_name: 'cpython',
    extra: '',
  };
  return environment[text];
}

function compareMarker(left: string, operator: string, right: string): boolean {
  if (operator === 'in') return right.includes(left);
  if (operator === 'not in') return !right.includes(left);
  const isVersion = /^\d/.test(left) && /^\d/.test(right);
  const order = isVersion ? compareNumbers(left, right) : left < right ? -1 : left > right ? 1 : 0;
  const results: Readonly<Record<string, boolean>> = {
    '==': order === 0,
    '===': order === 0,
    '!=': order !== 0,
    '<': order < 0,
    '<=': order <= 0,
    '>': order > 0,
    '>=': order >= 0,
    '~=': order >= 0,
  };
  return results[operator] ?? true;
}

function compareNumbers(a: string, b: string): number {
  const [left, right] = [a, b].map((each) => each.split('.').map((part) => Number.parseInt(part, 10) || 0));
  for (let index = 0; index < Math.max(left?.length ?? 0, right?.length ?? 0); index += 1) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
