import { didYouMean } from '../base/spelling.ts';
import { isPackageVariable } from '../format/override-words.ts';
import type { Statement } from '../language/statements.ts';
import type { Finding } from './finding.ts';
import { type LintProject, splitName } from './lint-project.ts';
import { PossibleValues } from './possible-values.ts';

const selectors = ['OVERRIDES', 'MACHINEOVERRIDES', 'DISTROOVERRIDES', 'CLASSOVERRIDE', 'FILESOVERRIDES'];
const operations = new Set(['append', 'prepend', 'remove']);

/** Overrides that no value of OVERRIDES, of any configuration of these layers, can hold. */
export function unusedOverrides(project: LintProject): readonly Finding[] {
  const values = new PossibleValues(project);
  // Without the file that sets OVERRIDES nothing can be known.
  if (values.texts('OVERRIDES').size === 0) return [];
  const elements = selectors.flatMap((name) => [...values.texts(name)]).flatMap(splitName);
  const words = new Set([...values.of('PN')].map((each) => `pn-${each}`));
  for (const each of elements.filter((text) => !text.startsWith('pn-'))) {
    for (const value of values.expand(each)) for (const word of value.split(/[:\s]+/)) words.add(word);
  }
  const packages = new Set([...values.of('PACKAGES')].flatMap((each) => each.split(/\s+/)));
  return project.files.flatMap(({ selected, parsed }) =>
    selected ? parsed.statements.flatMap((statement) => unusedIn(statement, { words, packages })) : [],
  );
}

interface Known {
  readonly words: ReadonlySet<string>;
  readonly packages: ReadonlySet<string>;
}

function unusedIn(statement: Statement, { words, packages }: Known): readonly Finding[] {
  if (statement.kind !== 'assign' && statement.kind !== 'assign-flag' && statement.kind !== 'function') return [];
  const [base = '', ...parts] = splitName(statement.name.text);
  const perPackage = isPackageVariable(base);
  return parts.flatMap((word): readonly Finding[] => {
    if (operations.has(word) || word === '' || word.includes('$') || words.has(word)) return [];
    // The name of a package may be made by code, so for variables of packages only a near miss of an override counts.
    if (perPackage || packages.has(word) || /^(?:task|tune|layer|pn)-./.test(word)) {
      return word.startsWith('pn-') && !words.has(word.replace(/-(?:native|cross.*)$|(?<=^pn-)nativesdk-/, ''))
        ? [finding(statement, word, words)]
        : [];
    }
    return [finding(statement, word, words)];
  });
}

function finding(
  statement: Extract<Statement, { readonly name: { readonly span: unknown } }>,
  word: string,
  words: ReadonlySet<string>,
): Finding {
  const { span } = statement.name;
  const at = span.source.text.slice(span.start, span.end).indexOf(`:${word}`) + 1;
  const message = `nothing puts \`${word}\` into OVERRIDES, so \`${statement.name.text}\` has no effect`;
  const help = didYouMean(word, words) ?? 'remove it, or add the machine, distribution or recipe that it is for';
  const place = span.source.span(span.start + at, span.start + at + word.length);
  return { code: 'unused-override', severity: 'warning', message, span: place, help };
}
