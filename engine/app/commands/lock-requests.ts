import { runTimeRoot } from '../../base/lock-file.ts';
import { parseSrcUri } from '../../base/src-uri.ts';
import { StxError } from '../../base/stx-error.ts';
import type { LockRequest, Repository, RootRequest, RpmSettings } from '../../lock/lock-request.ts';
import type { LockFileRequest } from '../../lock/update-locks.ts';
import type { Recipe } from '../../metadata/recipe.ts';
import type { RecipeCatalog } from '../../metadata/workspace.ts';
import { buildTimeClosure, runTimeClosure } from '../run-time-closure.ts';

interface Draft extends LockFileRequest {
  readonly roots: Map<string, RootRequest>;
  readonly sources: Map<string, readonly string[]>;
}

/**
 * One request per lock file; the repositories are those of REPOSITORIES. Its roots:
 *
 * - a recipe that bootstraps one: BOOTSTRAP_PACKAGES, with BOOTSTRAP_ESSENTIAL of an rpm system;
 * - a recipe that is built with packages of the vendor, laid over its BUILD_ROOT: VENDOR_DEPENDS, and what the source packages
 *   that it names as `distro://NAME` in SRC_URI need to be built by DEB_BUILD_PROFILES;
 * - `IMAGE:run`, laid over an image, or over that of the recipe ROOTFS_BASE: what its packages need of the vendor at run time,
 *   and what they were built with, of which they may use libraries.
 *
 * Throws StxError when there is none.
 */
export function lockRequests(catalogs: readonly RecipeCatalog[]): readonly LockFileRequest[] {
  const requests = new Map<string, Draft>();
  for (const catalog of catalogs) {
    for (const recipe of catalog.recipes) addRecipe(requests, recipe, catalog);
  }
  for (const draft of requests.values()) keepKnownBases(draft);
  if (requests.size > 0) return [...requests.values()];
  throw StxError.of('lock-failed', 'no recipe of this configuration bootstraps a root from locked packages', {
    help: 'choose a DISTRO in conf/local.conf whose layer stands in conf/bblayers.conf',
  });
}

/** What a recipe asks of a lock. */
interface Asked {
  readonly packages: readonly string[] | undefined;
  readonly builtWith: readonly string[];
  readonly sources: readonly string[];
  /** The recipe whose root its packages are installed into, where that is not its own. */
  readonly base: string;
}

function askedBy(recipe: Recipe): Asked | undefined {
  const { datastore } = recipe;
  const text = datastore.get('BOOTSTRAP_PACKAGES');
  const packages = text === undefined ? undefined : words(text);
  const builtWith = vendorDepends(recipe);
  const sources = namedSources(recipe);
  const named = datastore.get('ROOTFS_BASE')?.trim() ?? '';
  const base = named === recipe.pn ? '' : named;
  const isNothing = packages === undefined && base === '' && builtWith.length === 0 && sources.length === 0;
  return isNothing ? undefined : { packages, builtWith, sources, base };
}

/** Vendor packages that it is built with; where another configuration's root stands in, that one's lock has them. */
function vendorDepends({ datastore }: Recipe): readonly string[] {
  return datastore.get('BUILD_ROOT_STANDS_IN')?.trim() ? [] : words(datastore.get('VENDOR_DEPENDS'));
}

function addRecipe(requests: Map<string, Draft>, recipe: Recipe, catalog: RecipeCatalog): void {
  const lockFile = recipe.datastore.get('LOCK_FILE')?.trim() ?? '';
  if (lockFile === '' || recipe.skipped !== undefined) return;
  const asked = askedBy(recipe);
  if (asked === undefined) return;
  const draft: Draft = requests.get(lockFile) ?? {
    ...requestOf(recipe),
    lockFile,
    roots: new Map(),
    sources: new Map(),
  };
  requests.set(lockFile, draft);
  for (const name of asked.sources) {
    draft.sources.set(name, [...new Set([...(draft.sources.get(name) ?? []), recipe.pn])]);
  }
  if (asked.base === '') addRoot(draft, recipe.pn, ownRoot(recipe, asked, draft));
  addRunTimeRoot(draft, recipe, { catalog, base: asked.base || (asked.packages === undefined ? '' : recipe.pn) });
}

function ownRoot({ datastore }: Recipe, { packages, builtWith, sources }: Asked, { resolver }: Draft): RootRequest {
  const value = (name: string): string | undefined => datastore.get(name)?.trim() || undefined;
  if (packages === undefined) {
    const profiles = words(value('DEB_BUILD_PROFILES'));
    const target = value('DISTRO_TARGET_ARCH');
    return { packages: builtWith, on: value('BUILD_ROOT'), builds: sources, profiles, target };
  }
  const essential = resolver === 'rpm-md' ? words(value('BOOTSTRAP_ESSENTIAL')) : [];
  return { packages: [...essential, ...packages, ...builtWith], architecture: value('BOOTSTRAP_ARCH') };
}

function addRunTimeRoot(
  draft: Draft,
  recipe: Recipe,
  { catalog, base }: { readonly catalog: RecipeCatalog; readonly base: string },
): void {
  const packages = base === '' ? [] : wantedAtRunTime(recipe, catalog);
  if (packages.length > 0) addRoot(draft, runTimeRoot(recipe.pn), { packages, on: base });
}

/** Of several recipes of a name, such as those of several configurations, a root holds what each asks for. */
function addRoot(draft: Draft, name: string, root: RootRequest): void {
  const before = draft.roots.get(name);
  const packages = [...new Set([...(before?.packages ?? []), ...root.packages])];
  draft.roots.set(name, { ...before, ...root, packages });
}

/** A build root that another lock holds gives nothing to lay over. */
function keepKnownBases({ roots }: Draft): void {
  for (const [name, root] of roots) {
    const base = root.on === undefined ? undefined : roots.get(root.on);
    if (root.on !== undefined && (base === undefined || base.on !== undefined))
      roots.set(name, { ...root, on: undefined });
  }
}

function wantedAtRunTime(image: Recipe, catalog: RecipeCatalog): readonly string[] {
  const { vendor, makers } = runTimeClosure(image, catalog);
  const assumed = new Set(words(image.datastore.get('ASSUME_RPROVIDED')));
  const named = vendor.flatMap(({ name }) => (assumed.has(name) ? [] : [name]));
  const built = [...buildTimeClosure(makers, catalog)].flatMap(vendorDepends);
  return [...new Set([...named, ...built])];
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
  const addresses = words(recipe.datastore.get('LOCK_REPOSITORY_URLS'));
  const others = (of: string, first: string): readonly string[] =>
    addresses
      .filter((word) => word.startsWith(`${of}=`))
      .map((word) => word.slice(of.length + 1).replace(/\/+$/, ''))
      .filter((each) => each !== first);
  const sources = flag('SOURCES').replace(/\/+$/, '');
  return {
    ...{ id, url, signature, fallbacks: others(id, url), sourceFallbacks: others(`${id}-source`, sources) },
    sources,
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
