import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AllOsModule, AllOsWorld } from '../support/all-os.ts';
import { runsContainer, type SystemFacts, systemCells } from '../support/all-os-cells.ts';
import { checkRpmSystem } from '../support/rpm-image-checks.ts';
import { rpmQuery, useStandIn } from '../support/rpm-standin.ts';

const facts: SystemFacts = {
  name: 'centos',
  codename: 'stream9',
  index: 'repodata/repomd.xml',
  query: rpmQuery,
  booted: checkRpmSystem,
};

/** What FILE.json says of the system of an image. */
function distroOf(world: AllOsWorld, file: string): string {
  const said = JSON.parse(readFileSync(world.file(`deploy/images/x86-64/${file}.json`), 'utf8')) as { distro: string };
  return said.distro;
}

/** One command, an image of the system of the machine, and containers of another; none of its own are made. */
async function besideAnotherSystem(world: AllOsWorld): Promise<string> {
  const site = world.file('conf/site.conf');
  writeFileSync(site, 'DISTRO = "debian"\nCONTAINER_DISTRO = "centos"\n');
  try {
    const { output } = await world.bake(['graph', 'deps', 'stx-containers']);
    const made = output.match(/\S*stx-container-\w+/g) ?? [];
    assert.deepEqual(
      [...new Set(made)].sort(),
      ['base', 'capture'].map((what) => `mc:centos:stx-container-${what}`),
    );
    await world.bake(['stx-image', 'stx-containers']);
  } finally {
    rmSync(site);
  }
  assert.equal(distroOf(world, 'stx-debian.iso'), 'debian');
  for (const what of ['base', 'capture']) {
    assert.equal(distroOf(world, `stx-centos-container-${what}.oci.tar`), 'centos');
  }
  return `host debian, container centos: ${runsContainer(world, facts)}`;
}

export const module: AllOsModule = {
  about: 'stand-in repository: Debian programs in rpm packages with the names and dependencies of CentOS Stream 9',
  async prepare(world) {
    await useStandIn(world, 'centos', { python: '3.11', lock: 'stream9-x86_64' });
  },
  cells: [
    ...systemCells(facts),
    {
      system: 'centos',
      what: 'other host',
      command: './stx-bake stx-image stx-containers, with DISTRO = "debian" and CONTAINER_DISTRO = "centos"',
      run: besideAnotherSystem,
    },
  ],
};
