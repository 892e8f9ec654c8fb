import { parseSrcUri } from '../../base/src-uri.ts';
import { StxError } from '../../base/stx-error.ts';
import type { LockRequest, Repository, RpmSettings } from '../../lock/lock-request.ts';
import type { LockFileRequest } from '../../lock/update-locks.ts';
import type { Recipe } from '../../metadata/recipe.ts';
import type { RecipeCatalog } from '../../metadata/workspace.ts';

interface Draft extends LockFileRequest {
  readonly roots: Map<string, readonly string[]>;
  readonly sources: Map<string, readonly string[]>;
}

/**
 * One request per lock file: its roots are the recipes that bootstrap one from it, what they ask for are BOOTSTRAP_ESSENTIAL
 * of an rpm system and BOOTSTRAP_PACKAGES; source packages are those that recipes name as `distro://NAME` in SRC_URI; the
 * repositories are those of REPOSITORIES. Throws StxError when there is none.
 */
export function lockRequests(catalogs: readonly RecipeCatalog[]): readonly LockFileRequest[] {
  const requests = new Map<string, Draft>();
  for (const recipe of catalogs.flatMap((catalog) => catalog.recipes)) {
    const lockFile = recipe.datastore.get('LOCK_FILE')?.trim() ?? '';
    const packages = recipe.datastore.get('BOOTSTRAP_PACKAGES');
    const sources = namedSources(recipe);
    if (lockFile === '' || recipe.skipped !== undefined || (packages === undefined && sources.length === 0)) continue;
    const draft: Draft = requests.get(lockFile) ?? {
      ...requestOf(recipe),
      lockFile,
      roots: new Map(),
      sources: new Map(),
    };
    requests.set(lockFile, draft);
    const essential = draft.resolver === 'rpm-md' ? words(recipe.datastore.get('BOOTSTRAP_ESSENTIAL')) : [];
    if (packages !== undefined) draft.roots.set(recipe.pn, [...new Set([...essential, ...words(packages)])]);
    for (const name of sources) draft.sources.set(name, [...(draft.sources.get(name) ?? []), recipe.pn]);
  }
  if (requests.size > 0) return [...requests.values()];
  throw StxError.of('lock-failed', 'no recipe of this configuration bootstraps a root from locked packages', {
    help: 'choose a DISTRO in conf/local.conf whose layer stands in conf/bblayers.conf',
  });
}

function namedSources(recipe: Recipe): readonly string[] {
  const text = recipe.datastore.get('SRC_URI') ?? '';
  if (!text.includes('distro://')) return [];
  return parseSrcUri(text).flatMap(({ type, path }) => (type === 'distro' ? [path] : []));
}

function requestOf(recipe: Recipe): Omit<LockRequest, 'roots' | 'sources'> {
  const resolver = needed(recipe, 'LOCK_RESOLVER');
  if (resolver !== 'apt' && resolver !== 'rpm-md') {
    throw StxError.of('lock-failed', `\`LOCK_RESOLVER\` is \`${resolver}\`, and there are \`apt\` and \`rpm-md\``);
  }
  return {
    resolver,
    repositories: words(needed(recipe, 'REPOSITORIES')).map((id) => repositoryOf(recipe, id)),
    architecture: recipe.datastore.get('BOOTSTRAP_ARCH')?.trim() || needed(recipe, 'DISTRO_TARGET_ARCH'),
    keyFolder: `${needed(recipe, 'TOPDIR')}/keys`,
    keep: [],
    ...(resolver === 'rpm-md' ? { rpm: rpmSettings(recipe) } : {}),
  };
}

function repositoryOf(recipe: Recipe, id: string): Repository {
  const flag = (table: string): string => recipe.datastore.flag(`REPOSITORY_${table}`, id)?.trim() ?? '';
  const url = flag('URL').replace(/\/+$/, '');
  const signature = flag('SIGNATURE');
  if (url === '') throw unset(recipe, `REPOSITORY_URL[${id}]`);
  if (signature !== 'index' && signature !== 'packages') throw unset(recipe, `REPOSITORY_SIGNATURE[${id}]`);
  return {
    ...{ id, url, signature },
    sources: flag('SOURCES').replace(/\/+$/, ''),
    suite: flag('SUITE'),
    components: words(flag('COMPONENTS')),
    keyrings: words(flag('KEYRING')),
    keyUrl: flag('KEY_URL'),
    fingerprints: words(flag('KEY_FINGERPRINTS')),
  };
}

function rpmSettings(recipe: Recipe): RpmSettings {
  const value = (name: string): string => recipe.datastore.get(name)?.trim() ?? '';
  return {
    program: needed(recipe, 'RPM_RESOLVER'),
    toolRoot: value('RPM_TOOLS_ROOT'),
    release: value('DISTRO_VERSION'),
    modulePlatform: value('DNF_MODULE_PLATFORM'),
    modules: words(value('DNF_MODULES')),
    downloads: needed(recipe, 'DL_DIR'),
  };
}

function needed(recipe: Recipe, name: string): string {
  const text = recipe.datastore.get(name)?.trim() ?? '';
  if (text !== '') return text;
  throw unset(recipe, name);
}

function unset(recipe: Recipe, name: string): StxError {
  return StxError.of('lock-failed', `\`${name}\` is not set, and the lock of \`${recipe.pn}\` needs it`, {
    help: `set \`${name}\` in the distro configuration`,
  });
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}
