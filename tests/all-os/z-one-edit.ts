import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AllOsModule, AllOsWorld } from '../support/all-os.ts';
import { projectRoot } from '../support/checkout.ts';

const targets = ['gauged', 'gauge-config', 'libgauge', 'gauge-api'];
const recipeOf = (task: string): string => task.split(':').at(-2) ?? '';
const systemOf = (task: string): string => /^mc:([^:]+):/.exec(task)?.[1] ?? '';

/** The layer of the projects in a copy that may be edited. */
function ownCopy(world: AllOsWorld): string {
  const copy = world.file('meta-flock-like');
  rmSync(copy, { recursive: true, force: true });
  cpSync(join(projectRoot, 'tests/fixtures/layers/meta-flock-like'), copy, { recursive: true });
  world.replaceLayer('meta-flock-like', copy);
  return copy;
}

function edit(path: string, from: string, to: string): void {
  const text = readFileSync(path, 'utf8');
  assert.ok(text.includes(from), `${path} holds ${from}`);
  writeFileSync(path, text.replaceAll(from, to));
}

async function oneEdit(world: AllOsWorld): Promise<string> {
  const copy = ownCopy(world);
  try {
    await world.bake(['--all-os', ...targets]);
    edit(join(copy, 'recipes-gauge/gauge-config/files/gauge-config/gauge.conf'), '\n', '\n# edited\n');
    const second = await world.bake(['--all-os', ...targets]);
    assert.deepEqual([...new Set(second.ran.map(recipeOf))], ['gauge-config'], 'nothing else is built');
    const writing = second.ran.filter((task) => /:do_package_write_\w+$/.test(task));
    assert.deepEqual(writing.map(systemOf).sort(), ['centos', 'clear', 'debian', 'ubuntu'], 'for every system');
    return `${second.ran.length} tasks of gauge-config, none of ${targets.length - 1} other projects`;
  } finally {
    world.replaceLayer('meta-flock-like', join(projectRoot, 'tests/fixtures/layers/meta-flock-like'));
  }
}

/** A system that no file before this one has set up: Debian's build root stands in. */
async function prepare(world: AllOsWorld): Promise<void> {
  for (const name of ['ubuntu', 'centos', 'clear']) {
    if (world.isConfigured(name)) continue;
    const standIn = 'BUILD_ROOT_STANDIN = "mc:debian:build-root"';
    world.configure(name, [`DISTRO = "${name}"`, standIn, '# That of the root.', 'PYTHON_BASEVERSION = "3.11"']);
  }
}

/** One unstaged change in one project rebuilds its packages for four systems in one command, and nothing else. */
export const module: AllOsModule = {
  prepare,
  cells: [{ system: 'all', what: 'one edit', command: `./stx-bake --all-os ${targets.join(' ')}`, run: oneEdit }],
};
