import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { didYouMean } from '../../base/spelling.ts';
import { StxError } from '../../base/stx-error.ts';
import { type Acceleration, type BootedMachine, type BootRequest, bootImage } from '../../host/boot-image.ts';
import { findConfiguration, parseSubjectName } from '../../inspect/find-subject.ts';
import type { Recipe } from '../../metadata/recipe.ts';
import type { RecipeCatalog } from '../../metadata/workspace.ts';
import type { BootCall } from '../command-line/command-options.ts';
import { ensureHostTools } from '../ensure-host-tools.ts';
import { exitCodes } from '../exit-codes.ts';
import { abortOnSignals } from '../interrupt.ts';
import { loadMetadata } from '../load-metadata.ts';

/** What Ctrl-] sends: it ends the machine, as in other serial terminals. */
const escapeByte = 0x1d;

/** `stx-bake boot [mc:CONFIGURATION:]IMAGE`: the built image in an emulator, its serial console on this terminal until the machine is off. */
export async function bootCommand(options: BootCall): Promise<number> {
  const { workspace } = await loadMetadata(options);
  const { configuration, name } = parseSubjectName(options.words[0] ?? '');
  const { catalog } = findConfiguration(workspace, configuration);
  const recipe = imageRecipe(catalog, name);
  const isUefi = options.uefi || !hasBios(recipe);
  ensureHostTools(recipe.datastore, new Set(isUefi ? ['boot', 'boot-uefi'] : ['boot']), options);
  const request = bootRequest(recipe, { ...options, uefi: isUefi });
  using interrupt = abortOnSignals();
  await using machine = await bootImage({ ...request, onData: (chunk) => process.stdout.write(chunk) });
  process.stderr.write(`stx-bake: booting ${request.iso} (${machine.accel}); Ctrl-] ends it\n`);
  interrupt.signal.addEventListener('abort', () => void machine.stop());
  using _terminal = connectTerminal(machine);
  const code = await machine.ended;
  if (interrupt.signal.aborted) return exitCodes.interrupted;
  return code === 0 ? exitCodes.ok : exitCodes.failed;
}

function imageRecipe(catalog: RecipeCatalog | undefined, name: string): Recipe {
  const images = (catalog?.recipes ?? []).filter((recipe) => recipe.datastore.get('IMAGE_FILE') !== undefined);
  const recipe = images.find((each) => each.pn === name);
  if (recipe !== undefined) return recipe;
  const names = images.map((each) => each.pn);
  const help = didYouMean(name, names) ?? `images: ${names.join(' ') || 'none'}`;
  throw StxError.of('unknown-target', name === '' ? '`boot` needs an image' : `no image is called \`${name}\``, {
    help,
  });
}

function bootRequest(recipe: Recipe, options: BootCall): Omit<BootRequest, 'onData'> {
  const { datastore } = recipe;
  const value = (name: string): string => {
    const text = datastore.get(name) ?? '';
    if (text !== '') return text;
    throw StxError.of('boot-failed', `\`${name}\` is not set, so the machine cannot be emulated`, {
      help: `set \`${name}\` in the machine's configuration`,
    });
  };
  const words = (name: string): readonly string[] =>
    (datastore.get(name) ?? '').split(/\s+/).filter((word) => word !== '');
  const entry = bootEntry(recipe, options.entry);
  const iso = join(value('DEPLOY_DIR_IMAGE'), value('IMAGE_FILE'));
  if (!existsSync(iso)) {
    throw StxError.of('boot-failed', `\`${iso}\` does not exist`, { help: `./stx-bake ${recipe.pn} builds it` });
  }
  const uefi = options.uefi
    ? { code: value('BOOT_UEFI_FIRMWARE'), variables: value('BOOT_UEFI_VARIABLES') }
    : undefined;
  return {
    iso,
    program: value('BOOT_QEMU'),
    machine: value('BOOT_QEMU_MACHINE'),
    cpu: value('BOOT_QEMU_CPU'),
    memoryMib: Number(value('BOOT_MEMORY')),
    devices: words('BOOT_QEMU_ARGS'),
    probe: words('BOOT_QEMU_PROBE'),
    entry,
    accel: acceleration(options.accelerator),
    uefi,
  };
}

/** A machine without BIOS starts by UEFI, whether that is asked for or not. */
function hasBios({ datastore }: Recipe): boolean {
  return (datastore.get('GRUB_BIOS_PLATFORM') ?? '') !== '';
}

function bootEntry(recipe: Recipe, entry: string | undefined): string | undefined {
  const entries = (recipe.datastore.get('IMAGE_KERNELS') ?? '').split(/\s+/).filter((each) => each !== '');
  if (entry === undefined || entries.includes(entry)) return entry;
  const reason = recipe.datastore.flag('NO_KERNEL', entry);
  const message = `\`${recipe.pn}\` has no boot entry \`${entry}\`${reason ? `: ${reason}` : ''}`;
  throw StxError.of('bad-option', message, { help: `entries: ${entries.join(' ')}` });
}

function acceleration(name: string | undefined): Acceleration | undefined {
  if (name === undefined || name === 'tcg' || name === 'kvm') return name;
  throw StxError.of('bad-option', `there is no acceleration \`${name}\``, { help: '--accel tcg or --accel kvm' });
}

/** Joins this terminal with the machine's serial console: every key goes to the guest, Ctrl-] ends the machine. */
function connectTerminal(machine: BootedMachine): Disposable {
  const { stdin } = process;
  const isTerminal = stdin.isTTY === true;
  if (isTerminal) stdin.setRawMode(true);
  stdin.on('data', (chunk: Buffer) => {
    if (isTerminal && chunk.includes(escapeByte)) void machine.stop();
    else machine.write(chunk);
  });
  return {
    [Symbol.dispose]: () => {
      if (isTerminal) stdin.setRawMode(false);
      stdin.removeAllListeners('data');
      stdin.pause();
      stdin.unref();
    },
  };
}
