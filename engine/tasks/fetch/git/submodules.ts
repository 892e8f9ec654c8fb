import { posix } from 'node:path';
import { redactUrl } from '../../../base/redact.ts';
import { StxError } from '../../../base/stx-error.ts';
import { nativeAddress } from './git-address.ts';
import { type GitSource, mirrorPaths } from './git-source.ts';
import { runGit } from './run-git.ts';

/** A submodule of a commit. */
export interface Submodule {
  /** Below the root of the repository. */
  readonly path: string;
  readonly source: GitSource;
}

/** The submodules that a commit in a mirror names, each at its own commit. Throws StxError for one that cannot be used. */
export async function listSubmodules(
  source: GitSource,
  signal: AbortSignal,
  downloads: string,
): Promise<readonly Submodule[]> {
  if (!source.withSubmodules) return [];
  const { path: repository, revision } = source;
  const read = { args: ['config', '--blob', `${revision}:.gitmodules`, '--null', '--list'], signal, repository };
  const settings = parseModules((await runGit(read)).output);
  if (settings.length === 0) return [];
  const tree = await runGit({ args: ['ls-tree', '-r', '-z', '--full-tree', revision], signal, repository });
  const commits = new Map<string, string>();
  for (const match of tree.output.matchAll(/160000 commit ([0-9a-f]+)\t([^\0]*)\0/g))
    commits.set(match[2] ?? '', match[1] ?? '');
  return settings.flatMap(({ path, url }) => {
    const commit = commits.get(path);
    return commit === undefined ? [] : [{ path, source: submoduleSource(source, { path, url, commit }, downloads) }];
  });
}

function submoduleSource(
  parent: GitSource,
  module: { readonly path: string; readonly url: string; readonly commit: string },
  downloads: string,
): GitSource {
  const address = nativeAddress(module.url, parent.address);
  // A repository elsewhere may not name folders of this machine.
  if (address === undefined || (address.protocol === 'file' && parent.address.protocol !== 'file')) {
    throw StxError.of(
      'bad-source-uri',
      `the submodule \`${module.path}\` of \`${parent.name}\` has the address \`${redactUrl(module.url)}\``,
      {
        setting: { variable: 'SRC_URI', word: parent.uri.word },
        help: 'take the repository with `git://` and each submodule with an entry of its own',
      },
    );
  }
  return {
    ...parent,
    name: redactUrl(address.url),
    address,
    ...mirrorPaths(address, downloads),
    revision: module.commit,
    branch: undefined,
    tag: undefined,
  };
}

function parseModules(list: string): readonly { readonly path: string; readonly url: string }[] {
  const modules = new Map<string, { path: string; url: string }>();
  for (const entry of list.split('\0')) {
    const [, name = '', key, value = ''] = /^submodule\.(.*)\.(path|url)\n([\s\S]*)$/.exec(entry) ?? [];
    if (key === undefined) continue;
    const module = modules.get(name) ?? { path: '', url: '' };
    modules.set(
      name,
      key === 'path' ? { ...module, path: posix.normalize(value).replace(/\/$/, '') } : { ...module, url: value },
    );
  }
  return [...modules.values()].filter(({ path, url }) => path !== '' && url !== '');
}
