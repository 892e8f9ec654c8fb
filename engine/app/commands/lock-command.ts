import { didYouMean } from '../../base/spelling.ts';
import { StxError } from '../../base/stx-error.ts';
import { driftText } from '../../lock/check-lock.ts';
import { checkLocks, type LockFileReport, type LockFileRequest, updateLocks } from '../../lock/update-locks.ts';
import type { Recipe } from '../../metadata/recipe.ts';
import type { RecipeCatalog } from '../../metadata/workspace.ts';
import type { HostCall } from '../command-line/command-options.ts';
import { ensureHostTools } from '../ensure-host-tools.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadMetadata } from '../load-metadata.ts';

const actions = { update: updateLocks, check: checkLocks };

/** `stx-bake lock update|check [ROOT...]`: the lock files of these roots (default: all), against the mirror's signed index. */
export async function lockCommand(options: HostCall): Promise<number> {
  const [action = '', ...roots] = options.words;
  if (action !== 'update' && action !== 'check') {
    const help = didYouMean(action, Object.keys(actions)) ?? '`stx-bake lock update` or `stx-bake lock check`';
    throw StxError.of('bad-option', `\`lock\` cannot \`${action}\``, { help });
  }
  const { workspace, base } = await loadMetadata(options);
  ensureHostTools(base.datastore, new Set(['lock']), options);
  const catalogs = [...workspace.configurations.values()].map(({ catalog }) => catalog);
  const reports = await actions[action](holding(roots, lockRequests(catalogs)));
  for (const report of reports) print(report, action);
  const drifted = reports.some((report) => report.drift.length > 0);
  return action === 'check' && drifted ? exitCodes.failed : exitCodes.ok;
}

/** One request per lock file; the roots in it are the recipes that name it. Throws StxError when there is none. */
function lockRequests(catalogs: readonly RecipeCatalog[]): readonly LockFileRequest[] {
  const requests = new Map<string, LockFileRequest & { roots: Map<string, readonly string[]> }>();
  for (const recipe of catalogs.flatMap((catalog) => catalog.recipes)) {
    const lockFile = recipe.datastore.get('LOCK_FILE') ?? '';
    const packages = recipe.datastore.get('BOOTSTRAP_PACKAGES');
    if (lockFile === '' || packages === undefined || recipe.skipped !== undefined) continue;
    const request = requests.get(lockFile) ?? { ...archiveOf(recipe), lockFile, roots: new Map() };
    request.roots.set(recipe.pn, words(packages));
    requests.set(lockFile, request);
  }
  if (requests.size > 0) return [...requests.values()];
  throw StxError.of('lock-failed', 'no recipe of this configuration bootstraps a root from locked packages', {
    help: 'choose a DISTRO in conf/local.conf whose layer stands in conf/bblayers.conf',
  });
}

/** A lock file is resolved as a whole, so that its roots agree. Throws StxError for a name that is no root. */
function holding(roots: readonly string[], requests: readonly LockFileRequest[]): readonly LockFileRequest[] {
  const known = requests.flatMap((request) => [...request.roots.keys()]);
  for (const root of roots.filter((each) => !known.includes(each))) {
    const help = didYouMean(root, known) ?? `the roots are ${known.map((each) => `\`${each}\``).join(', ')}`;
    throw StxError.of('bad-option', `no root is called \`${root}\``, { help });
  }
  return roots.length === 0 ? requests : requests.filter((each) => roots.some((root) => each.roots.has(root)));
}

function archiveOf(recipe: Recipe): Omit<LockFileRequest, 'lockFile' | 'roots'> {
  const value = (name: string): string => {
    const text = recipe.datastore.get(name)?.trim() ?? '';
    if (text !== '') return text;
    throw StxError.of('lock-failed', `\`${name}\` is not set, and the lock of \`${recipe.pn}\` needs it`, {
      help: `set \`${name}\` in the distro configuration`,
    });
  };
  return {
    mirror: words(value('LOCK_MIRRORS'))[0] ?? '',
    suite: value('BOOTSTRAP_SUITE'),
    component: value('BOOTSTRAP_COMPONENTS'),
    keyring: value('APT_KEYRING'),
    architecture: value('BOOTSTRAP_ARCH'),
  };
}

function print(report: LockFileReport, action: 'update' | 'check'): void {
  for (const drift of report.drift) process.stdout.write(`${driftText(drift)}\n`);
  const count = report.drift.length;
  const what =
    count === 0 ? 'nothing has changed' : `${count} packages ${action === 'update' ? 'moved' : 'have drifted'}`;
  process.stdout.write(`stx-bake: ${report.lockFile}: ${report.records} packages, ${what}\n`);
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
