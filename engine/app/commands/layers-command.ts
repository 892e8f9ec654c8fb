import { existsSync, mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { nodeFileReader } from '../../base/node-file-reader.ts';
import { didYouMean } from '../../base/spelling.ts';
import { StxError } from '../../base/stx-error.ts';
import { systemError } from '../../base/system-error.ts';
import { describeLayer, layerListText } from '../../inspect/inspect-layers.ts';
import { newErrors } from '../../layers/check-layer-list.ts';
import { withLayer, withLine, withoutEntries } from '../../layers/edit-layer-list.ts';
import { type LayerEntry, type LayerList, notALayer, readLayerList } from '../../layers/layer-list.ts';
import { collectionName, newLayerFiles } from '../../layers/new-layer.ts';
import { openDespiteErrors } from '../../metadata/damaged-recipe.ts';
import type { WorkspaceOptions } from '../../metadata/load-workspace.ts';
import { refuseBlanks, requireWritable } from '../build-directory.ts';
import type { CommonCall, CreateLayerCall, InspectCall } from '../command-line/command-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { prepareReading } from '../load-metadata.ts';

/** `stx-bake layers`. */
export async function listLayersCommand(options: InspectCall): Promise<number> {
  const { value, diagnostics } = openDespiteErrors(prepareReading(options), '');
  const errors = diagnostics.filter((each) => each.severity === 'error');
  if (value === undefined || errors.length > 0) throw new StxError(errors);
  const layers = value.collections.map((each) => describeLayer(each, value.evaluation.datastore));
  const text = options.json ? `${JSON.stringify({ layers }, null, 2)}\n` : layerListText(layers, process.cwd());
  process.stdout.write(text);
  return exitCodes.ok;
}

/** `stx-bake layers create NAME [--priority N]`: the folder appears whole or not at all. */
export async function createLayerCommand(options: CreateLayerCall): Promise<number> {
  const path = resolve(options.words[0] ?? '');
  const priority = options.priority ?? '6';
  if (!/^\d{1,4}$/.test(priority)) {
    throw StxError.of('bad-option', `\`--priority ${priority}\` is not a whole number from 0 to 9999`, {
      help: 'a layer with a higher priority is stronger; those of this project have 5 to 8',
    });
  }
  refuseBlanks(path);
  collectionName(basename(path));
  if (existsSync(path)) {
    const help = 'choose another name; nothing was changed';
    throw StxError.of('would-overwrite', `\`${path}\` is there already`, { help });
  }
  const { value, diagnostics } = openDespiteErrors(prepareReading(options), '');
  if (value === undefined) throw new StxError(diagnostics.filter((each) => each.severity === 'error'));
  const series = (value.evaluation.datastore.get('LAYERSERIES_CORENAMES') ?? '').trim();
  writeFolder(path, newLayerFiles({ folder: basename(path), priority: Number(priority), series }));
  process.stdout.write(
    `stx-bake: made the layer ${path}; \`stx-bake layers add ${options.words[0]}\` makes it take part\n`,
  );
  return exitCodes.ok;
}

/** `stx-bake layers add PATH...`. */
export async function addLayersCommand(options: CommonCall): Promise<number> {
  const reading = prepareReading(options);
  const paths = [...new Set(options.words.map((each) => resolve(each)))];
  paths.forEach(refuseBlanks);
  const problems = paths.flatMap((path) => {
    if (nodeFileReader.kind(path) !== 'directory') return [notALayer(path, 'is not a directory')];
    return nodeFileReader.kind(join(path, 'conf/layer.conf')) === 'file'
      ? []
      : [notALayer(path, 'has no conf/layer.conf')];
  });
  if (problems.length > 0) throw new StxError(problems);
  const list = readLayerList(reading);
  const wanted = paths.filter((path) => !list.paths.includes(path));
  const said = paths.map((path) => `${path} ${wanted.includes(path) ? 'added to' : 'stands already in'} ${list.file}`);
  if (wanted.length > 0) change(reading, list, addedText(reading, list, wanted));
  process.stdout.write(said.map((line) => `stx-bake: ${line}\n`).join(''));
  return exitCodes.ok;
}

/** `stx-bake layers remove PATH|NAME...`. */
export async function removeLayersCommand(options: CommonCall): Promise<number> {
  const reading = prepareReading(options);
  const list = readLayerList(reading);
  const found = options.words.map((word) => ({ word, entries: entriesOf(word, list) }));
  const entries = [...new Set(found.flatMap((each) => each.entries))];
  if (entries.length > 0) change(reading, list, withoutEntries(list, entries));
  for (const each of found) {
    const paths = [...new Set(each.entries.map((entry) => entry.path))];
    if (paths.length === 0) process.stdout.write(`stx-bake: ${each.word} does not stand in ${list.file}\n`);
    for (const path of paths) process.stdout.write(`stx-bake: ${path} removed from ${list.file}\n`);
  }
  return exitCodes.ok;
}

/** In the list as it is laid out; where that has no effect (another assignment counts), as a line at the end. */
function addedText(reading: WorkspaceOptions, list: LayerList, paths: readonly string[]): string {
  let current = list;
  for (const path of paths) {
    const inList = readLayerList({ ...reading, files: textReader(list.file, withLayer(current, path)) });
    const isListed = inList.paths.includes(path);
    current = isListed
      ? inList
      : readLayerList({ ...reading, files: textReader(list.file, withLine(current.parsed.source.text, path)) });
  }
  return current.parsed.source.text;
}

function textReader(file: string, text: string): WorkspaceOptions['files'] {
  return { ...nodeFileReader, readText: (path) => (path === file ? text : nodeFileReader.readText(path)) };
}

/** What a word names: a path, a collection, or the last part of a path. Throws StxError for a name that nothing has. */
function entriesOf(word: string, list: LayerList): readonly LayerEntry[] {
  const path = resolve(word);
  const byPath = list.entries.filter((each) => each.path === path);
  if (byPath.length > 0) return byPath;
  const byName = list.entries.filter((each) => each.collections.includes(word) || basename(each.path) === word);
  if (byName.length > 0) return byName;
  if (list.paths.includes(path)) {
    const help = 'take it out of the file that bblayers.conf includes';
    throw StxError.of('invalid-layer', `\`${path}\` is in BBLAYERS, but \`${list.file}\` does not name it`, { help });
  }
  if (word.includes('/')) return [];
  const names = list.entries.flatMap((each) => [...each.collections, basename(each.path)]);
  const help = didYouMean(word, new Set(names)) ?? '`stx-bake layers` lists the layers';
  throw StxError.of('invalid-layer', `no layer of \`${list.file}\` is called \`${word}\``, { help });
}

/** Puts a new text in place of bblayers.conf if it brings no error that was not there. Throws StxError with those it brings. */
function change(reading: WorkspaceOptions, { file, parsed }: LayerList, text: string): void {
  const errors = newErrors(reading, file, text);
  if (errors.length > 0) {
    process.stderr.write(`stx-bake: ${file} stays as it is: the change would bring these errors\n`);
    throw new StxError(errors);
  }
  requireWritable(dirname(file));
  const before = nodeFileReader.readText(file) ?? '';
  if (before !== parsed.source.text && `${before}\n` !== parsed.source.text) {
    const help = 'start the same command again';
    throw StxError.of('would-overwrite', `\`${file}\` was changed by somebody else in the meantime`, { help });
  }
  // A link stays one: what it leads to is replaced.
  const target = realpathSync(file);
  const temporary = `${target}.${process.pid}.new`;
  try {
    writeFileSync(temporary, text, { mode: statSync(target).mode });
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw systemError(error, 'writing the list of layers', file);
  }
}

function writeFolder(path: string, files: ReadonlyMap<string, string>): void {
  const temporary = `${path}.${process.pid}.new`;
  try {
    for (const [name, text] of files) {
      const target = join(temporary, name);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw systemError(error, 'making the layer', path);
  }
}
