import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AllOsWorld, Cell } from './all-os.ts';
import type { BootSession } from './boot-session.ts';
import { layersOf, runContainer, runInContainer, unpackContainer } from './container.ts';

/** What there is to know of a system to prove it. */
export interface SystemFacts {
  /** Its configuration, and ID in os-release unless `id` says another. */
  readonly name: string;
  readonly id?: string;
  /** Its word in names of images. */
  readonly word?: string;
  readonly codename: string;
  /** Files of the feed, below deploy/feeds/NAME/CODENAME, that name its packages. */
  readonly index: string;
  /** Prints `NAME VERSION ARCHITECTURE` of each installed package in a running system. */
  readonly query: string;
  /** Why there is no real-time kernel; absent: there is one. */
  readonly noRt?: RegExp;
  /** What else holds in a running system: throws when it does not. */
  readonly booted?: (guest: BootSession, world: AllOsWorld) => Promise<unknown>;
}

const bootSeconds = 420;

/** The cells that every system has: build root, packages, feed, image, both kernels, and both kinds of firmware. */
export function systemCells(facts: SystemFacts): readonly Cell[] {
  const { name } = facts;
  const cell = (what: string, words: string, run: Cell['run']): Cell => ({
    system: name,
    what,
    command: `./stx-bake ${words}`,
    run,
  });
  const builds = (what: string, target: string, then: (world: AllOsWorld) => string | undefined): Cell =>
    cell(what, target, async (world) => {
      await world.bake([target]);
      return then(world);
    });
  return [
    cell('build root', `mc:${name}:build-root`, (world) => preparesRoot(world, facts)),
    builds('packages', `mc:${name}:packagegroup-stx-base`, () => undefined),
    builds('feed', `mc:${name}:gauge-feed`, (world) => feedNames(world, facts)),
    builds('image', `mc:${name}:stx-image`, (world) => soundImage(world, facts)),
    builds('container', `mc:${name}:stx-containers`, (world) => runsContainer(world, facts)),
    cell('boots std', `boot mc:${name}:stx-image --entry std`, (world) => boots(world, facts, 'std')),
    facts.noRt === undefined
      ? cell('boots rt', `boot mc:${name}:stx-image --entry rt`, (world) => boots(world, facts, 'rt'))
      : cell('boots rt', `-e mc:${name}:stx-image with KERNEL_VARIANT = "rt"`, (world) => saysWhyNot(world, facts)),
    cell('boots uefi', `boot mc:${name}:stx-image --uefi`, (world) => bootsByUefi(world, facts)),
  ];
}

/**
 * The system's own root is made; or, where another system's stands in (BUILD_ROOT_STANDIN), asking for it tells which and why, and
 * what is built for the system stands in that root and says so.
 */
async function preparesRoot(world: AllOsWorld, { name }: SystemFacts): Promise<string | undefined> {
  const { output: told } = await world.bake(['-e', `mc:${name}:gauged`]);
  const note = valueIn(told, 'BUILD_ROOT_NOTE');
  if (note === '') {
    await world.bake([`mc:${name}:build-root`]);
    return undefined;
  }
  assert.match(note, /^built in mc:\S*:build-root, which stands in: \S/);
  const { output } = await world.bake([`mc:${name}:build-root`], 2);
  assert.ok(output.includes(`\`build-root\` was skipped: ${note}`), output);
  await world.bake([`mc:${name}:gauged`]);
  const [, standIn = ''] = valueIn(told, 'BUILD_ROOT_STANDIN').split(':');
  const rootOf = (configuration: string) => realpathSync(world.file(`roots/of/${configuration}/recipe/gauged`));
  assert.equal(rootOf(name), rootOf(standIn || 'default'), 'it is built in the root that stands in');
  assert.ok(saysOf(valueIn(told, 'PACKAGE_FAMILY'), packageOf(world, name)).includes(note), 'its package says so');
  return note;
}

/** The value that `-e` tells of a variable. */
function valueIn(told: string, variable: string): string {
  return new RegExp(`^${variable}="(.*)"$`, 'm').exec(told)?.[1] ?? '';
}

function packageOf(world: AllOsWorld, name: string): string {
  const [path] = globSync(`tmp-${name}/deploy-*/gauged/gauged[-_][0-9]*.{deb,rpm}`, { cwd: world.path });
  assert.ok(path, `${name} has a package of gauged`);
  return world.file(path);
}

/** What a package says of the root that it was built in. */
function saysOf(family: string, path: string): string {
  const [program, ...words] =
    family === 'rpm' ? ['rpm', '-qp', '--qf', '%{DISTRIBUTION}', path] : ['dpkg-deb', '-f', path, 'X-Stx-Build-Root'];
  return execFileSync(program ?? '', words, { encoding: 'utf8' });
}

function feedNames(world: AllOsWorld, { name, codename, index }: SystemFacts): undefined {
  const path = world.file(`deploy/feeds/${name}/${codename}/${index}`);
  assert.ok(existsSync(path), `${path} is missing`);
  return undefined;
}

/**
 * The service has the base's layer below its own, its program runs in a sandbox over the unpacked image, and what the package
 * manager in there knows, where there is one, is what the manifest says.
 */
export function runsContainer(world: AllOsWorld, facts: SystemFacts): string {
  const image = (what: string) => ({
    layout: world.file(`deploy/images/x86-64/stx-${facts.word ?? facts.name}-container-${what}`),
    tag: '1.0',
  });
  const [base, ...more] = layersOf(image('base'));
  const [below, own] = layersOf(image('capture'));
  assert.deepEqual([more, below], [[], base], 'both have one base');
  assert.ok(own);
  const folder = mkdtempSync(join(tmpdir(), 'stx-container-'));
  try {
    const bundle = unpackContainer(image('capture'), folder);
    const run = runContainer(bundle, ['--version']);
    assert.match(run.output, /^tcpdump version 4.*\nlibpcap version 1/m);
    const manifest = manifestLines(`${image('capture').layout}.oci.tar`);
    if (manifest.some((line) => /^(dpkg|rpm) /.test(line))) {
      const { output } = runInContainer(bundle, ['/bin/sh', '-c', facts.query]);
      assert.deepEqual(sortedLines(output), manifest, 'the manifest is what is installed');
    }
    return run.output.split('\n')[0] ?? '';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Manifest {
  readonly packages: readonly {
    readonly name: string;
    readonly version: string;
    readonly architecture: string;
  }[];
}

function imagePath(world: AllOsWorld, { word, name }: SystemFacts): string {
  return world.file(`deploy/images/x86-64/stx-${word ?? name}.iso`);
}

/** The packages that stand in the manifest of an image, as `query` prints them. */
function manifestLines(imageFile: string): readonly string[] {
  const { packages } = JSON.parse(readFileSync(`${imageFile}.manifest.json`, 'utf8')) as Manifest;
  return packages.map(({ name, version, architecture }) => `${name} ${version} ${architecture}`).sort();
}

function soundImage(world: AllOsWorld, facts: SystemFacts): string {
  const path = imagePath(world, facts);
  const bytes = readFileSync(path);
  const [sum = ''] = readFileSync(`${path}.sha256`, 'utf8').split(' ');
  assert.equal(createHash('sha256').update(bytes).digest('hex'), sum, `${path} has its checksum`);
  const packages = manifestLines(path);
  assert.ok(packages.length > 50, 'the manifest names its packages');
  return `${Math.round(bytes.length / 1e6)} MB, ${packages.length} packages`;
}

async function boots(world: AllOsWorld, facts: SystemFacts, kernel: 'std' | 'rt'): Promise<string> {
  await world.bake([`mc:${facts.name}:stx-image`]);
  await using guest = world.boot([`mc:${facts.name}:stx-image`, '--entry', kernel]);
  await guest.expect(/root@stx[^#]*# /, bootSeconds);
  const state = (await guest.command('systemctl is-system-running --wait')).output.trim();
  const failed = (await guest.command('systemctl --failed --no-legend --plain')).output.trim();
  assert.equal(failed, '', 'no unit has failed');
  assert.equal(state, 'running');
  const release = (await guest.command('cat /etc/os-release')).output;
  assert.match(release, new RegExp(`^ID="?${facts.id ?? facts.name}"?$`, 'm'));
  const version = (await guest.command('uname -rv')).output.trim();
  if (kernel === 'rt') assert.match(version, /PREEMPT_RT/);
  else assert.doesNotMatch(version, /PREEMPT_RT/);
  assert.equal((await guest.command('test -d /sys/firmware/efi')).status, 1, 'the firmware is a BIOS');
  assert.deepEqual(
    await installed(guest, facts),
    manifestLines(imagePath(world, facts)),
    'the manifest is what is installed',
  );
  await facts.booted?.(guest, world);
  assert.equal(await guest.powerOff(), 0);
  return version.split(' ')[0] ?? '';
}

async function bootsByUefi(world: AllOsWorld, { name }: SystemFacts): Promise<undefined> {
  await world.bake([`mc:${name}:stx-image`]);
  await using guest = world.boot([`mc:${name}:stx-image`, '--uefi']);
  await guest.expect(/root@stx[^#]*# /, bootSeconds);
  assert.equal((await guest.command('test -d /sys/firmware/efi')).status, 0);
  assert.equal(await guest.powerOff(), 0);
  return undefined;
}

async function installed(guest: BootSession, { query }: SystemFacts): Promise<readonly string[]> {
  const { status, output } = await guest.command(query);
  assert.equal(status, 0, output);
  return sortedLines(output);
}

function sortedLines(text: string): readonly string[] {
  const lines = text.trim().split('\n');
  return lines.map((line) => line.trim()).sort();
}

/** Asking for what there is not says why. */
async function saysWhyNot(world: AllOsWorld, { name, noRt }: SystemFacts): Promise<string> {
  const before = world.configuration(name);
  world.configure(name, [before, 'KERNEL_VARIANT = "rt"']);
  try {
    const { output } = await world.bake(['-e', `mc:${name}:stx-image`], 2);
    assert.match(output, /variant-unavailable/);
    assert.match(output, noRt ?? /./);
    return `there is none, and the reason is told: ${noRt?.exec(output)?.[0] ?? ''}`;
  } finally {
    world.configure(name, [before]);
  }
}
