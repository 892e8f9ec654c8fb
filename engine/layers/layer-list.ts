import { isAbsolute, join, normalize } from 'node:path';
import { type Diagnostic, errorDiagnostic } from '../base/diagnostic.ts';
import { StxError } from '../base/stx-error.ts';
import { createDatastore } from '../datastore/datastore-builder.ts';
import type { ParsedFile, Statement } from '../language/statements.ts';
import { evaluateFile } from '../metadata/evaluate-file.ts';
import { Evaluation } from '../metadata/evaluation.ts';
import { FileCache } from '../metadata/file-cache.ts';
import type { WorkspaceOptions } from '../metadata/load-workspace.ts';

/** A word of BBLAYERS in the text of bblayers.conf. */
export interface LayerEntry {
  /** Offsets in the text of the file. */
  readonly start: number;
  readonly end: number;
  /** Absolute, without `..`. */
  readonly path: string;
  /** BBFILE_COLLECTIONS of its layer.conf; empty when there is none. */
  readonly collections: readonly string[];
}

/** conf/bblayers.conf and what it lists. */
export interface LayerList {
  readonly file: string;
  readonly parsed: ParsedFile;
  /** Entries that stand in the file itself. */
  readonly entries: readonly LayerEntry[];
  /** Value of BBLAYERS as absolute paths, also those that other files add. */
  readonly paths: readonly string[];
}

/** Reads conf/bblayers.conf. Throws StxError for what it holds that cannot be read. */
export function readLayerList(options: WorkspaceOptions): LayerList {
  const { topDirectory } = options;
  const file = join(topDirectory, 'conf/bblayers.conf');
  const files = new FileCache(options.files);
  const datastore = createDatastore({
    evaluator: options.evaluator,
    given: { ...options.environment, TOPDIR: topDirectory },
  });
  const evaluation = new Evaluation({ files, topDirectory }, datastore);
  const parsed = files.parse(file, 'configuration');
  if (parsed === undefined || !evaluateFile(evaluation, file)) {
    throw StxError.of('no-layers', `there is no \`${file}\``, {
      help: 'start any build there once: it makes the file',
    });
  }
  const errors = evaluation.diagnostics.filter((each) => each.severity === 'error');
  if (errors.length > 0) throw new StxError(errors);
  const toPath = (word: string): string => absolutePath(datastore.expand(word), topDirectory);
  const entries = parsed.statements.filter(isLayerAssignment).flatMap((statement) =>
    wordsIn(statement).map(({ text, start, end }) => {
      const path = toPath(text);
      return { start, end, path, collections: collectionsOf(path, files) };
    }),
  );
  const value = datastore.get('BBLAYERS') ?? '';
  return {
    file,
    parsed,
    entries,
    paths: value
      .split(/\s+/)
      .filter((word) => word !== '')
      .map(toPath),
  };
}

/** An absolute path without `..` and without a slash at its end. */
export function absolutePath(path: string, from: string): string {
  return normalize(isAbsolute(path) ? path : join(from, path)).replace(/(.)\/+$/, '$1');
}

/** Whether a statement adds to BBLAYERS. */
export function isLayerAssignment(statement: Statement): statement is Statement & { readonly kind: 'assign' } {
  return statement.kind === 'assign' && /^BBLAYERS(:(?!remove\b).*)?$/.test(statement.name.text);
}

/** An error for something that is no layer. */
export function notALayer(path: string, problem: string): Diagnostic {
  return errorDiagnostic('invalid-layer', `\`${path}\` ${problem}`, {
    help: 'a layer is a directory with a conf/layer.conf; `stx-bake layers create NAME` makes one',
  });
}

/** The words of a value with their offsets; a backslash at the end of a line is none. */
function wordsIn(statement: Statement & { readonly kind: 'assign' }): readonly {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}[] {
  const { source, start, end } = statement.value.span;
  const inner = source.text.slice(start + 1, end - 1);
  return [...inner.matchAll(/(?:(?!\\[^\S\n]*\n)\S)+/g)].map((match) => {
    const from = start + 1 + match.index;
    return { text: match[0], start: from, end: from + match[0].length };
  });
}

function collectionsOf(path: string, files: FileCache): readonly string[] {
  const parsed = files.parse(join(path, 'conf/layer.conf'), 'configuration');
  return (parsed?.statements ?? []).flatMap((statement) =>
    statement.kind === 'assign' && statement.name.text.split(':')[0] === 'BBFILE_COLLECTIONS'
      ? statement.value.text.split(/\s+/).filter((word) => word !== '')
      : [],
  );
}
