import { type MirroredSource, mirrorUrls, parseMirrors } from './mirrors.ts';
import { isYes, type Variables } from './sources.ts';

/**
 * Where a source is looked for, best first: PREMIRRORS, its own address, MIRRORS, each once. The one rule for every
 * scheme: BB_FETCH_PREMIRRORONLY leaves only the first, BB_NO_NETWORK only what this machine holds.
 */
export function candidateUrls(source: MirroredSource, variables: Variables): readonly string[] {
  const before = listed(source, variables, 'PREMIRRORS');
  const all = isYes(variables['BB_FETCH_PREMIRRORONLY'])
    ? before
    : [...before, source.url, ...listed(source, variables, 'MIRRORS')];
  const allowed = isYes(variables['BB_NO_NETWORK']) ? all.filter(isLocal) : all;
  return [...new Set(allowed)];
}

function listed(source: MirroredSource, variables: Variables, list: 'PREMIRRORS' | 'MIRRORS'): readonly string[] {
  return mirrorUrls(source, parseMirrors(variables[list] ?? '', list));
}

/** Whether a URL leads to a file or a repository of this machine. */
function isLocal(url: string): boolean {
  if (url.startsWith('file:')) return true;
  if (!/^git(sm)?:\/\//.test(url)) return false;
  const protocol = /;protocol=([^;]*)/.exec(url)?.[1];
  return protocol === undefined ? /^[^:]+:\/\/\//.test(url) : protocol === 'file';
}
