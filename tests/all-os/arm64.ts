import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AllOsModule, AllOsWorld, Cell } from '../support/all-os.ts';

const name = 'debian-arm64';
const image = 'deploy/images/arm64/aarch64-stx-debian.iso';
/** Every instruction is translated. */
const bootSeconds = 1500;
const query = "dpkg-query -W -f '${db:Status-Abbrev}${Package} ${Version} ${Architecture}\\n' | sed -n 's/^ii *//p'";

function cell(what: string, words: string, run: Cell['run']): Cell {
  return { system: name, what, command: `./stx-bake ${words}`, run };
}

/** The program of a package that was built here, as readelf sees it. */
function machineOf(world: AllOsWorld, recipe: string, program: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'stx-arm64-'));
  try {
    const script = 'dpkg-deb -x "$1"/"$2"_*_arm64.deb "$3" && readelf -h "$3/$4"';
    const packages = world.file(`tmp-${name}/deploy-deb/${recipe}`);
    const said = execFileSync('sh', ['-c', script, 'sh', packages, recipe, folder, program], { encoding: 'utf8' });
    return /^ *Machine: *(.*)$/m.exec(said)?.[1] ?? '';
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function boots(world: AllOsWorld, kernel: 'std' | 'rt'): Promise<string> {
  await using guest = world.boot([`mc:${name}:stx-image`, '--entry', kernel, '--accel', 'tcg']);
  await guest.expect(/root@stx[^#]*# /, bootSeconds);
  const failed = (await guest.command('systemctl --failed --no-legend --plain')).output.trim();
  assert.equal(failed, '', 'no unit has failed');
  assert.equal((await guest.command('uname -m')).output.trim(), 'aarch64');
  const version = (await guest.command('uname -rv')).output.trim();
  assert.equal(/PREEMPT_RT/.test(version), kernel === 'rt', version);
  const installed = (await guest.command(query)).output.split('\n').map((line) => line.trim());
  assert.deepEqual(installed.filter((line) => line !== '').sort(), listed(world), 'the manifest is what is installed');
  assert.match((await guest.command('tcpdump --version')).output, /tcpdump version/);
  assert.equal(await guest.powerOff(), 0);
  return version.split(' ')[0] ?? '';
}

function listed(world: AllOsWorld): readonly string[] {
  const manifest = JSON.parse(readFileSync(`${world.file(image)}.manifest.json`, 'utf8')) as {
    readonly packages: readonly { readonly name: string; readonly version: string; readonly architecture: string }[];
  };
  return manifest.packages.map((each) => `${each.name} ${each.version} ${each.architecture}`).sort();
}

/** Packages by cross compilers; the image with the vendor's scripts emulated, booted in an emulated machine. */
export const module: AllOsModule = {
  async prepare(world) {
    world.configure(name, ['DISTRO = "debian"', 'MACHINE = "arm64"']);
  },
  cells: [
    cell('build root', `mc:${name}:build-root`, async (world) => {
      await world.bake([`mc:${name}:build-root`]);
      return 'cross';
    }),
    cell('packages', `mc:${name}:tcpdump`, async (world) => {
      await world.bake([`mc:${name}:tcpdump`]);
      return machineOf(world, 'tcpdump', 'usr/bin/tcpdump');
    }),
    cell('image', `mc:${name}:stx-image`, async (world) => {
      await world.bake([`mc:${name}:stx-image`]);
      return `${Math.round(readFileSync(world.file(image)).length / 1e6)} MB, ${listed(world).length} packages`;
    }),
    cell('boots std', `boot mc:${name}:stx-image --entry std`, (world) => boots(world, 'std')),
    cell('boots rt', `boot mc:${name}:stx-image --entry rt`, (world) => boots(world, 'rt')),
  ],
};
