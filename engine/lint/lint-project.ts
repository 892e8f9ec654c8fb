import type { ParsedFile, Statement } from '../language/statements.ts';

/** A file of the layers as lint sees it. */
export interface LintFile {
  readonly path: string;
  readonly parsed: ParsedFile;
  /** Whether problems in it are reported; other files only say what is known. */
  readonly selected: boolean;
}

/** All files of the layers, and what lies beside recipes. */
export interface LintProject {
  readonly files: readonly LintFile[];
  /** Every file below `folder`, relative to it; empty when there is none. */
  filesBelow(folder: string): readonly string[];
}

/** A statement with the file that it stands in. */
export interface PlacedStatement {
  readonly statement: Statement;
  readonly file: LintFile;
}

/** The name without overrides and operations. */
export function baseName(name: string): string {
  return splitName(name)[0] ?? '';
}

/** A name cut at its colons, those within references left out: `A:append:x` is A, append, x. */
export function splitName(name: string): readonly string[] {
  const parts = [''];
  let depth = 0;
  for (const char of name) {
    if (char === '{') depth++;
    else if (char === '}') depth--;
    if (char === ':' && depth === 0) parts.push('');
    else parts.push(`${parts.pop() ?? ''}${char}`);
  }
  return parts;
}

/** `x` of `conf/x.conf`, of `x.bbclass` and of `x_1.0.bb`. */
export function fileTitle(path: string): string {
  return path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/\.[a-z]+$/, '')
    .replace(/_.*$/, '');
}

/** The folder that a file lies in. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
