import { formatSpan, SourceText } from '../../base/source-text.ts';
import { applyEdits } from '../../format/text-edit.ts';
import { parseRecipeFile } from '../../language/parse-recipe-file.ts';
import type { Finding } from '../../lint/finding.ts';
import { lintFiles } from '../../lint/lint-files.ts';
import { fileKindOf } from '../../metadata/file-cache.ts';
import type { LintCall } from '../command-line/command-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { openLintProject } from '../lint-project.ts';
import { readFileText, replaceFile } from '../metadata-files.ts';
import { printDiagnostics } from '../say-diagnostics.ts';

/** `stx-bake lint [--fix] [--json] [PATH...]`. */
export async function lintCommand(options: LintCall): Promise<number> {
  const { words, fix, json } = options;
  let { project, errors } = openLintProject(words, options);
  let findings = lintFiles(project);
  if (fix && applyFixes(findings) > 0) {
    ({ project, errors } = openLintProject(words, options));
    findings = lintFiles(project);
  }
  if (json) process.stdout.write(`${JSON.stringify({ findings: findings.map(plainFinding) }, null, 2)}\n`);
  else printDiagnostics(findings);
  printDiagnostics(errors);
  const count = project.files.filter((each) => each.selected).length;
  if (!json) process.stderr.write(`stx-bake: ${findings.length} findings in ${count} files\n`);
  if (errors.length > 0) return exitCodes.input;
  return findings.length > 0 ? exitCodes.failed : exitCodes.ok;
}

/** Rewrites files by the fixes of findings; one that would not parse any more is left alone. */
function applyFixes(findings: readonly Finding[]): number {
  const byPath = Map.groupBy(
    findings.filter((each) => each.fix !== undefined),
    (each) => each.span.source.path,
  );
  let fixed = 0;
  for (const [path, found] of byPath) {
    const { text, encoding } = readFileText(path);
    const renewed = applyEdits(
      text,
      found.flatMap((each) => each.fix ?? []),
    );
    if (renewed === text || breaks(path, text, renewed)) continue;
    replaceFile(path, { text: renewed, encoding });
    process.stderr.write(`stx-bake: fixed ${path}\n`);
    fixed++;
  }
  return fixed;
}

function breaks(path: string, before: string, after: string): boolean {
  const errors = (text: string): number =>
    parseRecipeFile(new SourceText(path, text), fileKindOf(path) ?? 'recipe').diagnostics.filter(
      (each) => each.severity === 'error',
    ).length;
  return errors(after) > errors(before);
}

function plainFinding({ code, severity, message, span, help, fix, related }: Finding): object {
  const [, path = '', line = '', column = ''] = /^(.*):(\d+):(\d+)$/s.exec(formatSpan(span)) ?? [];
  return {
    code,
    severity,
    message,
    path,
    line: Number(line),
    column: Number(column),
    help: help ?? null,
    fixable: fix !== undefined,
    related: (related ?? []).map((each) => ({ place: formatSpan(each.span), message: each.message })),
  };
}
