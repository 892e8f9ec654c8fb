/** One entry of SRC_URI: `https://host/a.tar.gz;name=a;sha256sum=...`. */
export interface SrcUriEntry {
  /** Scheme: `file`, `https`, `git`; empty when there is none. */
  readonly type: string;
  /** The whole entry. */
  readonly word: string;
  /** Without the parameters. */
  readonly url: string;
  /** What stands behind `://`: for `file` the name to look up. */
  readonly path: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** The entries of an expanded SRC_URI, in order. A parameter without a value has the empty string. */
export function parseSrcUri(text: string): readonly SrcUriEntry[] {
  return text
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(parseEntry);
}

function parseEntry(word: string): SrcUriEntry {
  const [url = '', ...rest] = word.split(';');
  const parameters = new Map<string, string>();
  for (const each of rest) {
    if (each === '') continue;
    const equals = each.indexOf('=');
    if (equals === -1) parameters.set(each, '');
    else parameters.set(each.slice(0, equals), each.slice(equals + 1));
  }
  const separator = url.indexOf('://');
  if (separator === -1) return { word, type: '', url, path: url, parameters };
  return { word, type: url.slice(0, separator), url, path: url.slice(separator + 3), parameters };
}

/** Folders of version control, which are no part of a source folder. BitBake: BB_SIGNATURE_LOCAL_DIRS_EXCLUDE. */
export const versionControlFolders = ['CVS', '.bzr', '.git', '.hg', '.osc', '.p4', '.repo', '.svn'] as const;

/**
 * Among the names of folders in a source that do not count: it is a work tree, in which what git ignores does not count
 * either. No folder has such a name.
 */
export const workTreeMark = '/work-tree';
