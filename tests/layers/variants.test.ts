import test from 'ava';
import { codenames, machines, osConfiguration, osLayers, wordsOf } from '../support/os-layers.ts';

const layers = osLayers();
const systems = layers.map(({ name }) => name);
const kernels = ['std', 'rt'];

/** What each selector decides, and no other one. */
const own: Readonly<Record<string, readonly string[]>> = {
  DISTRO: ['PACKAGE_FAMILY', 'PACKAGE_MANAGER', 'DISTRO_CODENAME', 'INITRAMFS_GENERATOR', 'LOCK_RESOLVER'],
  MACHINE: ['TARGET_ARCH', 'MACHINEOVERRIDES', 'GRUB_EFI_PLATFORM', 'SERIAL_CONSOLE'],
};

interface Choice {
  readonly distro: string;
  readonly machine: string;
  readonly kernel: string;
  readonly container: string;
}

function chosen({ distro, machine, kernel, container }: Choice) {
  const lines = `KERNEL_VARIANT = "${kernel}"\nCONTAINER_DISTRO = "${container}"\n`;
  return osConfiguration({ distro, machine, lines });
}

/** Values of the variables that a selector decides; `undefined` for what there is not. */
function decided(choice: Choice, selector: string): string | undefined {
  const { datastore } = chosen(choice);
  return datastore && (own[selector] ?? []).map((name) => `${name}=${datastore.get(name) ?? ''}`).join('\n');
}

/** All that goes with a system. */
const choices = (distro: string): readonly Choice[] =>
  machines.flatMap((machine) =>
    kernels.flatMap((kernel) => systems.map((container) => ({ distro, machine, kernel, container }))),
  );

for (const distro of systems) {
  test(`${distro}: every machine, kernel and system of containers goes together, or a reason says why not`, (t) => {
    for (const choice of choices(distro)) {
      const { machine, kernel, container } = choice;
      const title = `${machine} ${kernel} ${container}`;
      const { datastore, diagnostics } = chosen(choice);
      for (const { code, message } of diagnostics.filter(({ severity }) => severity === 'error')) {
        t.is(code, 'variant-unavailable', title);
        t.regex(message, /has nothing for `(KERNEL_VARIANT|TARGET_ARCH)` `\S+`: \w/, title);
      }
      if (datastore === undefined) continue;
      const overrides = (datastore.get('OVERRIDES') ?? '').split(':');
      for (const word of [machine, `kernel-${kernel}`, distro]) t.true(overrides.includes(word), `${title}: ${word}`);
      t.is(wordsOf(datastore, 'BBMULTICONFIG').includes(container), container !== distro, title);
    }
  });
}

test('what a selector decides, the others leave alone', (t) => {
  const plain: Choice = { distro: 'debian', machine: 'x86-64', kernel: 'std', container: 'debian' };
  const agree = (choice: Choice, selector: string): void => {
    const found = decided(choice, selector);
    if (found !== undefined) t.is(found, decided(plain, selector) ?? '', JSON.stringify(choice));
  };
  for (const kernel of kernels) {
    for (const machine of machines) agree({ ...plain, machine, kernel, container: 'centos' }, 'DISTRO');
    for (const distro of systems) agree({ ...plain, distro, kernel, container: 'ubuntu' }, 'MACHINE');
  }
});

test('--all-os builds for every system that has a layer, and each of these is a configuration', (t) => {
  const { datastore } = osConfiguration({ distro: 'debian' });
  const all = datastore === undefined ? [] : wordsOf(datastore, 'ALL_OS');
  t.deepEqual([...new Set(all.filter((name) => name !== 'opensuse'))].sort(), systems);
  for (const layer of layers) t.true(codenames(layer).length > 0, layer.name);
});
