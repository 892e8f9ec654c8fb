import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { sha256 } from '../../engine/base/sha256.ts';
import { type FeedKey, makeFeedKey } from '../support/feed-key.ts';
import { gaugeRecipes } from '../support/gauge-recipes.ts';
import { oddNames, oddRecipe } from '../support/odd-recipe.ts';
import { type Family, packageProject } from '../support/package-project.ts';
import { debRoot, hostBaseRecipe, type PackageRoot, type RootRun, rpmQuery, rpmRoot } from '../support/package-root.ts';
import type { TestProject } from '../support/test-project.ts';

const root = join(import.meta.dirname, '../..');
const feeds = { deb: 'build/deploy/feeds/debian/bookworm', rpm: 'build/deploy/feeds/centos/stream9' } as const;
const recipes = {
  ...gaugeRecipes,
  'host-base/host-base_1.0.bb': hostBaseRecipe(),
  'odd/odd_1.0-rc1.bb': oddRecipe,
  'own-feed/own-feed_1.0.bb': [
    'SUMMARY = "Our packages"',
    'LICENSE = "CLOSED"',
    'inherit package-feed',
    'FEED_PACKAGES = "host-base gauged python3-gauge-api odd-meta"',
    'SANDBOX_ROOT:task-feed-index:local = ""',
    'SANDBOX_ROOT:task-sign-feed:local = ""',
    '',
  ].join('\n'),
};

function feedProject(family: Family): { readonly project: TestProject; readonly feed: string; readonly key: FeedKey } {
  const project = packageProject(family, recipes);
  const key = makeFeedKey(project.path);
  const settings = `FEED_SIGNING_KEY = "${key.fingerprint}"\nFEED_KEY_FILE = "${key.file}"\n`;
  project.write('build/conf/local.conf', project.read('build/conf/local.conf') + settings);
  return { project, feed: join(project.path, feeds[family]), key };
}

async function buildFeed(t: ExecutionContext, project: TestProject, elsewhere = false): Promise<readonly string[]> {
  const run = elsewhere ? await project.run(['own-feed'], foreign, otherUser) : await project.run(['own-feed']);
  t.is(run.status, 0, run.output);
  return run.ran;
}

function succeeds(t: ExecutionContext, run: RootRun): string {
  t.is(run.status, 0, run.output);
  return run.output;
}

/** What is unusual arrives as it is, and goes on after an upgrade, also when somebody removed its configuration. */
async function oddThings(t: ExecutionContext, project: TestProject, machine: PackageRoot): Promise<void> {
  succeeds(t, machine.manage('install', 'odd-meta'));
  const folder = join(machine.path, 'usr/share/odd');
  const contents = () => new Set(oddNames.map((name) => readFileSync(join(folder, name), 'utf8')));
  t.deepEqual(contents(), new Set(['first']));
  t.deepEqual(readdirSync(folder).sort(), [...oddNames, 'first', 'second', 'sticky', 'e m p t y'].sort());
  t.is(lstatSync(join(folder, 'first')).ino, lstatSync(join(folder, 'second')).ino);
  const facts = (format: string, ...paths: readonly string[]) =>
    succeeds(t, machine.inside('/usr/bin/stat', '-c', format, ...paths))
      .trim()
      .split('\n');
  t.deepEqual(facts('%a %U', '/usr/bin/odd', '/usr/share/odd/sticky', '/etc/odd.conf'), [
    '4711 root',
    '1777 root',
    '640 gauge',
  ]);
  t.false(existsSync(join(machine.path, 'usr/lib/debug')));
  const manuals = join(machine.path, 'usr/share/man');
  t.is(readlinkSync(join(manuals, 'man1/also.1.gz')), 'odd.1.gz');
  t.is(readlinkSync(join(manuals, 'man1/third.1.gz')), 'packed.1.gz');
  t.is(readlinkSync(join(manuals, 'de.UTF-8')), 'de');
  t.is(readlinkSync(join(machine.path, 'usr/bin/oddity.odd')), '/usr/bin/odd');
  const units = ['a.target.wants/odd.service', 'b.target.wants/odd.service', 'a.target.requires/odd@one.service'];
  const unitFolder = globSync(`${machine.path}/{usr/,}lib/systemd/system/odd.service`)[0]?.replace(/[^/]*$/, '') ?? '';
  t.deepEqual(
    [...units, 'strange.service'].map((each) => readlinkSync(join(unitFolder, each))),
    ['../odd.service', '../odd.service', '../odd@.service', 'odd.service'],
  );
  rmSync(join(machine.path, 'etc/odd.conf'));
  project.edit('meta-own/recipes/odd/odd_1.0-rc1.bb', '"first"', '"second"');
  await buildFeed(t, project);
  succeeds(t, machine.manage('upgrade'));
  t.deepEqual(contents(), new Set(['second']));
  t.is(
    readFileSync(join(machine.path, 'tmp/odd-actions'), 'utf8'),
    '100% %{name} \\ install\n100% %{name} \\ upgrade\n',
  );
  succeeds(t, machine.manage('remove', 'odd', 'odd-meta'));
}

/** Installs from the feed, upgrades after a change of content, removes. */
async function liveThrough(t: ExecutionContext, project: TestProject, machine: PackageRoot): Promise<void> {
  succeeds(t, machine.manage('install', 'host-base'));
  succeeds(t, machine.manage('install', 'gauged'));
  t.is(succeeds(t, machine.inside('/usr/sbin/gauged')), '42 1\n');
  t.regex(
    readFileSync(join(machine.path, 'etc/passwd'), 'utf8'),
    /^gauge:x:\d+:\d+::\/var\/lib\/gauged:\/usr\/sbin\/nologin$/m,
  );
  t.is(readlinkSync(join(machine.path, 'etc/alternatives/gaugectl')), '/usr/bin/gaugectl.gauged');
  const actions = () => readFileSync(join(machine.path, 'var/lib/gauged/actions'), 'utf8').split('\n').slice(0, -1);
  t.deepEqual(actions(), ['install 100%']);
  project.edit('meta-own/recipes/gauged/files/gauged.c', '%d %d', '%d=%d');
  await buildFeed(t, project);
  succeeds(t, machine.manage('upgrade'));
  t.is(succeeds(t, machine.inside('/usr/sbin/gauged')), '42=1\n');
  t.deepEqual(actions(), ['install 100%', 'upgrade 100%']);
  succeeds(t, machine.manage('remove', 'gauged'));
  t.false(existsSync(join(machine.path, 'usr/sbin/gauged')));
  t.false(existsSync(join(machine.path, 'etc/alternatives/gaugectl')));
  const before = readFileSync(join(machine.path, 'var/lib/gauged.actions'), 'utf8');
  t.deepEqual(before.split('\n'), ['before upgrade', 'before remove', '']);
  await oddThings(t, project, machine);
}

/** Settings of somebody on the other side of the world, and a user of another number. */
const foreign = {
  LC_ALL: 'en_US.UTF-8',
  LANG: 'en_US.UTF-8',
  TZ: 'Pacific/Kiritimati',
  USER: 'other',
  LOGNAME: 'other',
};
const otherUser = ['unshare', '--user', '--map-user=4321', '--map-group=4321', '--'];

/**
 * Builds once more in another folder, as another user with another umask, locale and time zone, and with an empty store: every
 * byte of the feed is the same.
 */
async function builtElsewhere(
  t: ExecutionContext,
  first: ReturnType<typeof feedProject>,
  family: Family,
): Promise<void> {
  const parent = join(first.project.path, 'deep/er');
  mkdirSync(parent, { recursive: true });
  await using other = packageProject(family, recipes, parent);
  const settings = `FEED_SIGNING_KEY = "${first.key.fingerprint}"\nFEED_KEY_FILE = "${first.key.file}"\n`;
  other.write('build/conf/local.conf', `${other.read('build/conf/local.conf')}${settings}`);
  const umask = process.umask(0o077);
  try {
    await buildFeed(t, other, true);
  } finally {
    process.umask(umask);
  }
  t.deepEqual(sums(join(other.path, feeds[family])), sums(first.feed));
}

function refusesAnotherKey(t: ExecutionContext, project: TestProject, feed: string): void {
  const stranger = join(project.path, 'stranger');
  makeFeedKey(stranger);
  const trusted = join(feed, 'feed-key.asc');
  const right = readFileSync(trusted);
  const wrong = execFileSync('gpg', ['--homedir', join(stranger, 'gnupg'), '--batch', '--armor', '--export']);
  writeFileSync(trusted, wrong);
  const refused = debRoot(join(project.path, 'refused'), feed, 'bookworm').manage('install', 'host-base');
  writeFileSync(trusted, right);
  t.not(refused.status, 0);
  t.regex(refused.output, /NO_PUBKEY|not signed/);
}

test.serial(
  'a signed feed of .deb: lintian finds no error, apt installs, upgrades, removes, other builds give the same bytes',
  async (t) => {
    t.timeout(300_000);
    const made = feedProject('deb');
    const { project, feed } = made;
    await using _ = project;
    await buildFeed(t, project);
    await builtElsewhere(t, made, 'deb');
    refusesAnotherKey(t, project, feed);
    const debs = globSync(`${feed}/pool/*/*.deb`).filter((path) => !/host-base|odd/.test(path));
    t.is(debs.length, 7, debs.join(' '));
    const judged = spawnSync('lintian', ['--tag-display-limit', '0', '--fail-on', 'error', ...debs], {
      encoding: 'utf8',
    });
    t.is(judged.status, 0, judged.stdout);
    await liveThrough(t, project, debRoot(project.path, feed, 'bookworm'));
  },
);

test.serial(
  'a signed feed of .rpm: rpmlint finds no error, dnf installs, upgrades, removes, other builds give the same bytes',
  async (t) => {
    t.timeout(300_000);
    const made = feedProject('rpm');
    const { project, feed } = made;
    await using _ = project;
    await buildFeed(t, project);
    await builtElsewhere(t, made, 'rpm');
    const rpms = globSync(`${feed}/*.rpm`).filter((path) => !/host-base|odd/.test(path));
    t.is(rpms.length, 7, rpms.join(' '));
    // rpmlint asks the database of its user for the key.
    const env = { ...process.env, HOME: project.path };
    execFileSync('rpm', ['--import', join(feed, 'feed-key.asc')], { env, stdio: 'pipe' });
    const judged = spawnSync('rpmlint', ['-c', join(root, 'layers/core/files/rpmlint.toml'), ...rpms], {
      encoding: 'utf8',
      env,
    });
    t.notRegex(judged.stdout, / E: /);
    t.is(judged.status, 0, judged.stdout);
    const machine = rpmRoot(project.path, feed);
    succeeds(t, machine.manage('install', 'host-base', 'gauged'));
    t.is(
      rpmQuery(project.path, '-V', 'gauged', 'libgauge')
        .output.replace(/^.*\/var\/lib\/gauged$/m, '')
        .trim(),
      '',
    );
    succeeds(t, machine.manage('remove', 'gauged', 'libgauge'));
    for (const each of ['var/lib/gauged/actions', 'var/lib/gauged.actions']) rmSync(join(machine.path, each));
    await liveThrough(t, project, machine);
  },
);

test.serial('a key that is not in its file is an error that names both', async (t) => {
  const { project } = feedProject('deb');
  await using _ = project;
  t.timeout(120_000);
  project.edit('meta-own/recipes/own-feed/own-feed_1.0.bb', 'host-base gauged python3-gauge-api odd-meta', '');
  project.edit('build/conf/local.conf', 'FEED_SIGNING_KEY = "', `FEED_SIGNING_KEY = "${'0'.repeat(40)}"\nOTHER = "`);
  const run = await project.run(['own-feed']);
  t.is(run.status, 1);
  t.regex(run.output, /FEED_SIGNING_KEY: 0{40} is not in FEED_KEY_FILE/);
});

/** Every file below a folder with its digest. */
function sums(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  const paths = files.map((each) => join(each.parentPath, each.name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length), sha256(readFileSync(path))]));
}
