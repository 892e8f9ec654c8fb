import type { Diagnostic } from '../base/diagnostic.ts';
import { loadWorkspace, type WorkspaceOptions } from '../metadata/load-workspace.ts';

/**
 * The errors that the metadata has with `text` in `file` and has not now. When the configuration cannot be used now, a
 * text with which it can be used is always an improvement: then what its recipes lack is no new error.
 */
export function newErrors(options: WorkspaceOptions, file: string, text: string): readonly Diagnostic[] {
  // Neither the parse cache nor threads: they read the file as it lies on the disk.
  const plain = { ...options, cache: undefined, threads: undefined };
  const now = loadWorkspace(options);
  const then = loadWorkspace({ ...plain, files: withText(options.files, file, text) });
  if (!now.value.configurations.has('') && then.value.configurations.has('')) return [];
  const known = new Set(now.diagnostics.filter(isError).map(keyOf));
  return then.diagnostics.filter((each) => isError(each) && !known.has(keyOf(each)));
}

function withText(files: WorkspaceOptions['files'], file: string, text: string): WorkspaceOptions['files'] {
  return {
    readText: (path) => (path === file ? text : files.readText(path)),
    kind: (path) => files.kind(path),
    list: (path) => files.list(path),
  };
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

/** Places are left out: an edit moves lines. */
function keyOf({ code, message, span }: Diagnostic): string {
  return [code, message, span?.source.path].join('\0');
}
