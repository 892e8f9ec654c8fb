import { relative } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { SourceText } from '../base/source-text.ts';
import { unifiedDiff } from '../format/unified-diff.ts';
import { exitCodes } from './exit-codes.ts';
import { type MetadataFile, readFileText, replaceFile } from './metadata-files.ts';
import { printDiagnostics } from './say-diagnostics.ts';

/** What a file becomes; without a text it is left alone. */
export interface Rewritten {
  readonly text?: string | undefined;
  readonly diagnostics?: readonly Diagnostic[] | undefined;
}

/** How files are rewritten. */
export interface Rewriting {
  readonly files: readonly MetadataFile[];
  /** Says which files would change, and changes none. */
  readonly check: boolean;
  /** Shows what would change, and changes none. */
  readonly diff: boolean;
  /** `formatted`, `converted`. */
  readonly done: string;
  rewrite(source: SourceText, file: MetadataFile, text: string): Rewritten;
}

/**
 * Rewrites files in place, one after the other, and says which. Gives the exit code: 2 when a file has errors, 1 when
 * `check` found one that would change.
 */
export function rewriteFiles(rewriting: Rewriting): number {
  const { files, check, diff } = rewriting;
  const results = files.map((file) => rewriteFile(file, rewriting));
  const changed = results.filter((each) => each.changed).length;
  const errors = results.filter((each) => each.hasErrors).length;
  const verb = check || diff ? `would be ${rewriting.done}` : `were ${rewriting.done}`;
  const wrong = errors > 0 ? `, ${errors} have errors` : '';
  process.stderr.write(`stx-bake: ${changed} of ${files.length} files ${verb}${wrong}\n`);
  if (errors > 0) return exitCodes.input;
  return check && changed > 0 ? exitCodes.failed : exitCodes.ok;
}

interface Result {
  readonly changed: boolean;
  readonly hasErrors: boolean;
}

function rewriteFile(file: MetadataFile, { check, diff, done, rewrite }: Rewriting): Result {
  const { text, encoding } = readFileText(file.path);
  const { text: renewed = text, diagnostics = [] } = rewrite(new SourceText(file.path, text), file, text);
  printDiagnostics(diagnostics);
  const hasErrors = diagnostics.some((each) => each.severity === 'error');
  if (renewed === text) return { changed: false, hasErrors };
  const shown = relative(process.cwd(), file.path);
  if (diff) process.stdout.write(unifiedDiff(shown, text, renewed));
  else process.stdout.write(check ? `${shown}\n` : `${done} ${shown}\n`);
  if (!check && !diff) replaceFile(file.path, { text: renewed, encoding });
  return { changed: true, hasErrors };
}
