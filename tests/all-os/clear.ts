import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { AllOsModule, AllOsWorld } from '../support/all-os.ts';
import { systemCells } from '../support/all-os-cells.ts';
import type { BootSession } from '../support/boot-session.ts';
import { checkRpmSystem, linesOf } from '../support/rpm-image-checks.ts';
import { rpmQuery, useStandIn } from '../support/rpm-standin.ts';

const facts = { name: 'clear', id: 'clear-linux-os', word: 'clearlinux', codename: 'last' };
const bundles = ['kernel-native', 'kernel-preempt-rt', 'openssh-server', 'os-core', 'stx-clearlinux'];

/** The manifest of a bundle: lines of kind, hash, version and path, or name in that of all bundles. */
function manifest(world: AllOsWorld, bundle: string): string {
  return readFileSync(world.file(`deploy/images/x86-64/stx-clearlinux.bundles/Manifest.${bundle}`), 'utf8');
}

/** What the lines of a manifest name. */
function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/^[DFLM]\.\.\.\t[0-9a-f]{64}\t\d+\t(.*)$/gm)].map(([, name = '']) => name);
}

async function describesBundles(world: AllOsWorld): Promise<string> {
  await world.bake(['mc:clear:stx-image']);
  const files = readdirSync(world.file('deploy/images/x86-64/stx-clearlinux.bundles')).sort();
  assert.deepEqual(
    files,
    ['MoM', ...bundles].map((name) => `Manifest.${name}`),
  );
  const all = manifest(world, 'MoM');
  for (const name of bundles) {
    const hash = createHash('sha256').update(manifest(world, name)).digest('hex');
    assert.match(all, new RegExp(`^M\\.{3}\t${hash}\t\\d+\t${name}$`, 'm'));
  }
  const holds = (bundle: string, path: string) => assert.ok(namesIn(manifest(world, bundle)).includes(path), path);
  holds('os-core', '/usr/bin/bash');
  holds('openssh-server', '/usr/sbin/sshd');
  holds('stx-clearlinux', '/usr/bin/tcpdump');
  const counts = bundles.map((name) => `${name} ${namesIn(manifest(world, name)).length}`);
  return `paths: ${counts.join(', ')}`;
}

/** Every file that a package brought is in a bundle, and nothing else is. */
async function checkBundles(guest: BootSession, world: AllOsWorld): Promise<void> {
  const brought = await linesOf(
    guest,
    "rpm -qa --qf '[%{FILEFLAGS:fflags}|%{FILENAMES}\\n]' | sed -n 's/^[^g|]*|//p' | sort -u",
  );
  const described = new Set(bundles.flatMap((name) => namesIn(manifest(world, name))));
  assert.deepEqual(new Set(brought), described, 'the bundles are what the packages brought');
}

export const module: AllOsModule = {
  about: 'stand-in repository: Debian programs in rpm packages with names of Clear Linux, which its vendor has ended',
  async prepare(world) {
    await useStandIn(world, 'clear', { python: '3.11', lock: 'last-x86_64' });
  },
  cells: [
    ...systemCells({
      ...facts,
      index: 'repodata/repomd.xml',
      query: rpmQuery,
      async booted(guest, world) {
        await checkRpmSystem(guest);
        await checkBundles(guest, world);
      },
    }),
    { system: 'clear', what: 'bundles', command: './stx-bake mc:clear:stx-image', run: describesBundles },
  ],
};
