import { didYouMean } from '../base/spelling.ts';
import { parseExpansion } from '../language/expansion.ts';
import type { Statement } from '../language/statements.ts';
import type { NameTable } from './collect-names.ts';
import type { Finding } from './finding.ts';
import { isConventional, isGiven } from './known-variables.ts';
import { baseName, type LintProject } from './lint-project.ts';
import { statementTexts } from './statement-texts.ts';

/** Variables that are set and that neither the layers nor the engine read. */
export function unusedVariables(project: LintProject, names: NameTable): readonly Finding[] {
  return project.files.flatMap(({ selected, path, parsed }) => {
    if (!selected || names.missing.has(path)) return [];
    const seen = new Set<string>();
    return parsed.statements.flatMap((statement): readonly Finding[] => {
      if (statement.kind !== 'assign' || statement.exported) return [];
      const name = baseName(statement.name.text);
      if (name.includes('$') || seen.has(name) || names.isRead(name) || isConventional(name)) return [];
      seen.add(name);
      const message = `\`${name}\` is set and never read`;
      const help = 'remove it, or correct the name where it should be read';
      return [{ code: 'unused-variable', severity: 'warning', message, span: statement.name.span, help }];
    });
  });
}

/** References to variables that nothing sets. */
export function undefinedReferences(project: LintProject, names: NameTable): readonly Finding[] {
  const known = (name: string): boolean => names.set.has(name) || isGiven(name) || isConventional(name);
  return project.files.flatMap(({ selected, path, parsed }) =>
    !selected || names.missing.has(path)
      ? []
      : parsed.statements.flatMap((statement) => undefinedIn(statement, known, names)),
  );
}

function undefinedIn(statement: Statement, known: (name: string) => boolean, names: NameTable): readonly Finding[] {
  return statementTexts(statement).flatMap(({ kind, text, start }) => {
    if (kind === 'python') return [];
    const isKnown = (name: string): boolean => known(name) || (kind === 'shell' && isShellVariable(name, text));
    return parseExpansion(text).flatMap((part): readonly Finding[] => {
      if (part.kind !== 'reference' || !/^[A-Za-z_][^$]*$/.test(part.name)) return [];
      const name = baseName(part.name);
      if (isKnown(name)) return [];
      const span = statement.span.source.span(start + part.start, start + part.end);
      const message = `nothing sets \`${name}\``;
      const shellHelp = `a variable of the shell is written \`$${name}\``;
      const help = didYouMean(name, names.set) ?? (kind === 'shell' ? shellHelp : 'set it, or correct the name');
      return [{ code: 'undefined-reference', severity: 'warning', message, span, help }];
    });
  });
}

/** Whether a shell text gives the variable a value itself. */
function isShellVariable(name: string, text: string): boolean {
  return new RegExp(
    `(?:^|[\\s;&|({])(?:${name}\\+?=|(?:for|read(?: -\\w+)*|local|export|declare|getopts \\S+)\\s+(?:\\w+\\s+)*${name}\\b)`,
  ).test(text);
}
