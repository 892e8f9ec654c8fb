import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AllOsWorld, Cell } from './all-os.ts';
import type { BootSession } from './boot-session.ts';
import { layersOf, runContainer, unpackContainer } from './container.ts';

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
}

const bootSeconds = 420;

/** The cells that every system has: build root, packages, feed, image, and both kernels. */
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
    builds('build root', `mc:${name}:build-root`, () => undefined),
    builds('packages', `mc:${name}:packagegroup-stx-base`, () => undefined),
    builds('feed', `mc:${name}:gauge-feed`, (world) => feedNames(world, facts)),
    builds('image', `mc:${name}:stx-image`, (world) => soundImage(world, facts)),
    builds('container', `mc:${name}:stx-containers`, (world) => runsContainer(world, facts)),
    cell('boots std', `boot mc:${name}:stx-image --entry std`, (world) => boots(world, facts, 'std')),
    facts.noRt === undefined
      ? cell('boots rt', `boot mc:${name}:stx-image --entry rt`, (world) => boots(world, facts, 'rt'))
      : cell('boots rt', `-e mc:${name}:stx-image with KERNEL_VARIANT = "rt"`, (world) => saysWhyNot(world, facts)),
  ];
}

function feedNames(world: AllOsWorld, { name, codename, index }: SystemFacts): undefined {
  const path = world.file(`deploy/feeds/${name}/${codename}/${index}`);
  assert.ok(existsSync(path), `${path} is missing`);
  return undefined;
}

/** The service has the base's layer below its own, and its program runs in a sandbox over the unpacked image. */
function runsContainer(world: AllOsWorld, { word, name }: SystemFacts): string {
  const image = (what: string) => ({
    layout: world.file(`deploy/images/x86-64/stx-${word ?? name}-container-${what}`),
    tag: '1.0',
  });
  const [base, ...more] = layersOf(image('base'));
  const [below, own] = layersOf(image('capture'));
  assert.deepEqual([more, below], [[], base], 'both have one base');
  assert.ok(own);
  const folder = mkdtempSync(join(tmpdir(), 'stx-container-'));
  try {
    const run = runContainer(unpackContainer(image('capture'), folder), ['--version']);
    assert.match(run.output, /^tcpdump version 4.*\nlibpcap version 1/m);
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

function manifestOf(world: AllOsWorld, facts: SystemFacts): Manifest {
  return JSON.parse(readFileSync(`${imagePath(world, facts)}.manifest.json`, 'utf8')) as Manifest;
}

function soundImage(world: AllOsWorld, facts: SystemFacts): string {
  const path = imagePath(world, facts);
  const bytes = readFileSync(path);
  const [sum = ''] = readFileSync(`${path}.sha256`, 'utf8').split(' ');
  assert.equal(createHash('sha256').update(bytes).digest('hex'), sum, `${path} has its checksum`);
  const { packages } = manifestOf(world, facts);
  assert.ok(packages.length > 50, 'the manifest names its packages');
  return `${Math.round(bytes.length / 1e6)} MB, ${packages.length} packages`;
}

async function boots(world: AllOsWorld, facts: SystemFacts, kernel: 'std' | 'rt'): Promise<string> {
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
  assert.deepEqual(await installed(guest, facts), listed(world, facts), 'the manifest is what is installed');
  assert.equal(await guest.powerOff(), 0);
  return version.split(' ')[0] ?? '';
}

async function installed(guest: BootSession, { query }: SystemFacts): Promise<readonly string[]> {
  const { status, output } = await guest.command(query);
  assert.equal(status, 0, output);
  return output
    .trim()
    .split('\n')
    .map((line) => line.trim())
    .sort();
}

function listed(world: AllOsWorld, facts: SystemFacts): readonly string[] {
  return manifestOf(world, facts)
    .packages.map(({ name, version, architecture }) => `${name} ${version} ${architecture}`)
    .sort();
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
