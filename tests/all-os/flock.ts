import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import type { AllOsModule, AllOsWorld, Cell } from '../support/all-os.ts';
import { projectRoot } from '../support/checkout.ts';

/** A folder with bare clones of the flock's gits, `fault` or `fault.git` and so on (docs/flock.md). */
const mirror = process.env['FLOCK_MIRROR'];
const gits = ['fault', 'metal', 'ha', 'config', 'nfv', 'config-files'];
const group = 'packagegroup-stx-flock';

interface FlockSystem {
  readonly name: string;
  readonly lines: readonly string[];
  /** Says how many packages it found no error in. */
  readonly judge: (packages: readonly string[]) => string;
}

const release = (codename: string): readonly string[] => ['DISTRO = "debian"', `DISTRO_CODENAME = "${codename}"`];
/** Their own packages cannot be counted on. */
const inDebiansRoot = (distro: string): readonly string[] => [
  `DISTRO = "${distro}"`,
  'BUILD_ROOT_STANDIN = "mc:flock-debian:build-root"',
  '# That of the root, over what the release says.',
  'PYTHON_BASEVERSION:local = "3.11"',
];
const systems: readonly FlockSystem[] = [
  { name: 'debian', lines: release('bookworm'), judge: lintian },
  { name: 'trixie', lines: release('trixie'), judge: lintian },
  { name: 'bullseye', lines: release('bullseye'), judge: lintian },
  { name: 'ubuntu', lines: inDebiansRoot('ubuntu'), judge: lintian },
  { name: 'centos', lines: inDebiansRoot('centos'), judge: rpmlint },
];

/** Configurations that take the gits from the folder alone. */
async function prepare(world: AllOsWorld): Promise<void> {
  const ending = mirror !== undefined && existsSync(join(mirror, `${gits[0]}.git`)) ? '.git' : '';
  const sources = [
    `PREMIRRORS:prepend = "git://opendev.org/starlingx/.* git://${mirror ?? '/nowhere'}/BASENAME${ending};protocol=file "`,
    '# The packages of build roots come from wherever they are.',
    'BB_FETCH_PREMIRRORONLY:task-fetch = "1"',
    // Without them the message is proved, which sources of another time would keep from coming.
    ...(missing().length > 0 ? ['DL_DIR = "${TOPDIR}/no-downloads"'] : []),
  ];
  for (const { name, lines } of systems) world.configure(`flock-${name}`, [...lines, ...sources]);
}

function missing(): readonly string[] {
  if (mirror === undefined) return gits;
  return gits.filter((name) => !existsSync(join(mirror, name)) && !existsSync(join(mirror, `${name}.git`)));
}

/** Builds all recipes of the flock and lets the system's judge look at the packages. */
function builds({ name, judge }: FlockSystem): Cell {
  const target = `mc:flock-${name}:${group}`;
  return {
    system: name,
    what: 'flock',
    command: `FLOCK_MIRROR=/srv/git ./stx-bake ${target}`,
    async run(world) {
      const lacking = missing();
      if (lacking.length > 0) {
        const told = await refused(world, name);
        return `NOT BUILT: FLOCK_MIRROR must name a folder with bare clones of ${lacking.join(', ')}; ${told}`;
      }
      // Nothing needs the one at run time.
      await world.bake([target, `mc:flock-${name}:mtce-common`]);
      const packages = globSync(`tmp-flock-${name}/deploy-*/*/*.{deb,rpm}`, { cwd: world.path });
      return judge(packages.map((each) => world.file(each)));
    },
  };
}

/** What fetching says when no git can be reached. */
async function refused(world: AllOsWorld, system: string): Promise<string> {
  const { output } = await world.bake([`mc:flock-${system}:fm-common:do_fetch`], 1);
  assert.match(output, /a bare clone stands in.*docs\/flock\.md/);
  return 'fetching fails and names docs/flock.md';
}

/** The packages that the judges know; those with symbols have no documents. */
function judged(packages: readonly string[]): readonly string[] {
  return packages.filter((path) => !/-(dbgsym|debuginfo)[-_][^/]*$/.test(path));
}

function lintian(packages: readonly string[]): string {
  const ours = judged(packages);
  const run = spawnSync('lintian', ['--tag-display-limit', '0', '--fail-on', 'error', ...ours], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  assert.equal(run.status, 0, run.stdout);
  return `${ours.length} packages, lintian finds no error`;
}

function rpmlint(packages: readonly string[]): string {
  const ours = judged(packages);
  const rules = ['-c', 'layers/core/files/rpmlint.toml', '-r', 'meta-stx/files/flock.rpmlintrc'];
  const run = spawnSync('rpmlint', [...rules, ...ours], { cwd: projectRoot, encoding: 'utf8', maxBuffer: 1 << 26 });
  // These are not signed: packages of feeds are. A rule that fits nothing any more is no fault of a package.
  const errors = run.stdout.split('\n').filter((line) => / E: (?!no-signature|unused-rpmlintrc-filter)/.test(line));
  assert.deepEqual(errors, []);
  return `${ours.length} packages, rpmlint finds no error`;
}

export const module: AllOsModule = { prepare, cells: systems.map(builds) };
