import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Diagnostic } from '../../engine/base/diagnostic.ts';
import type { FileReader } from '../../engine/base/file-reader.ts';
import { nodeFileReader } from '../../engine/base/node-file-reader.ts';
import type { Datastore } from '../../engine/datastore/datastore.ts';
import { damagedRecipeReader } from '../../engine/metadata/damaged-recipe.ts';
import { FileCache } from '../../engine/metadata/file-cache.ts';
import { loadWorkspace } from '../../engine/metadata/load-workspace.ts';
import { openConfiguration } from '../../engine/metadata/open-configuration.ts';
import { createInlineEvaluator } from '../../engine/python/evaluate-inline.ts';

export const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
export const machines = ['x86-64', 'arm64', 'ppc64le', 'power8', 'power9'];

/** A layer with the configuration of an operating system. */
export interface OsLayer {
  readonly name: string;
  readonly path: string;
}

/** Every folder `meta-*` of the checkout, or one given, that holds `conf/distro/NAME.conf`. */
export function osLayers(folders: readonly string[] = globSync('meta-*', { cwd: checkout })): readonly OsLayer[] {
  return folders
    .map((folder) => (folder.startsWith('/') ? folder : join(checkout, folder)))
    .flatMap((path) =>
      globSync('conf/distro/*.conf', { cwd: path }).map((file) => ({ name: basename(file, '.conf'), path })),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What configures a build. */
export interface Selection {
  readonly distro: string;
  readonly machine?: string | undefined;
  readonly codename?: string | undefined;
  /** Further lines of local.conf. */
  readonly lines?: string | undefined;
}

/** A configuration as far as it can be read, and what is wrong with it. */
export interface OsConfiguration {
  readonly datastore: Datastore | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** What is wrong with the recipes of all layers when a user has these settings. */
export function recipeProblems(selection: Selection): readonly Diagnostic[] {
  const { environment, ...options } = given;
  const evaluator = createInlineEvaluator();
  return loadWorkspace({ ...options, files: filesOf(selection), evaluator, environment }).diagnostics;
}

/** A recipe file of the checkout's layers, skipped or not, as a user with these settings has it; no other is read. */
export function recipeDatastore(selection: Selection, file: string): Datastore {
  const evaluator = createInlineEvaluator();
  const read = damagedRecipeReader({ ...given, files: filesOf(selection), evaluator }, '');
  const [found] = read?.(join(checkout, file)) ?? [];
  if (found?.recipe === undefined) throw new Error(`${file} cannot be read`);
  return found.recipe.datastore;
}

/** Reads the configuration of the checkout's layers, and the systems of tests, that a user would get with these settings. */
export function osConfiguration(selection: Selection): OsConfiguration {
  const { open, diagnostics } = openConfiguration('', given, {
    files: new FileCache(filesOf(selection)),
    evaluator: createInlineEvaluator(),
  });
  return { datastore: open?.evaluation.datastore, diagnostics: [...diagnostics, ...(open?.layerProblems ?? [])] };
}

const given = {
  topDirectory: '/build',
  environment: { HOST_CPU_COUNT: '2', HOST_ARCH: 'x86_64' },
  givenFlags: { HOST_APT_SOURCE: { bookworm: 'http://mirror.example/debian' } },
};

/** The files of the checkout, with a build directory that only exists here. */
function filesOf({ distro, machine = 'x86-64', codename, lines = '' }: Selection): FileReader {
  const template = readFileSync(join(checkout, 'conf/templates/bblayers.conf'), 'utf8').replaceAll(
    '##STX_DIR##',
    checkout,
  );
  const release = codename === undefined ? '' : `DISTRO_CODENAME = "${codename}"\n`;
  // A layer that somebody adds to the checkout is in no template yet.
  const added = osLayers().flatMap(({ path }) => (template.includes(`${path} `) ? [] : [path]));
  const more = [join(checkout, 'tests/fixtures/layers/meta-opensuse'), ...added].join(' ');
  const made = new Map([
    ['/build/conf/bblayers.conf', `${template}BBLAYERS += "${more}"\n`],
    ['/build/conf/local.conf', `MACHINE = "${machine}"\nDISTRO = "${distro}"\n${release}${lines}`],
  ]);
  return {
    ...nodeFileReader,
    readText: (path: string) => made.get(path) ?? nodeFileReader.readText(path),
    kind: (path: string) => (made.has(path) ? 'file' : nodeFileReader.kind(path)),
  };
}

/** Releases of a layer: the names of `conf/distro/NAME/CODENAME.conf`. */
export function codenames({ name, path }: OsLayer): readonly string[] {
  return globSync(`conf/distro/${name}/*.conf`, { cwd: path })
    .map((file) => basename(file, '.conf'))
    .sort();
}

/** The words of a variable. */
export function wordsOf(datastore: Datastore, name: string): readonly string[] {
  return (datastore.get(name) ?? '').split(/\s+/).filter((word) => word !== '');
}
