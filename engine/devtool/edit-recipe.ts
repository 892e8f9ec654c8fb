import { basename, dirname, join, relative } from 'node:path';
import type { FileReader } from '../base/file-reader.ts';
import { parseSrcUri } from '../base/src-uri.ts';
import { StxError } from '../base/stx-error.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { plainFileDirectories } from '../metadata/local-files.ts';
import {
  insertAfter,
  insertLast,
  type ListStatement,
  listStatements,
  withLine,
  withoutWord,
  withValue,
} from './recipe-words.ts';
import type { PendingUpgrade, TreeState } from './tree-state.ts';

/** What an editor works on. */
export interface EditedRecipe {
  readonly state: TreeState;
  readonly datastore: Datastore;
  readonly files: FileReader;
  readonly layer: string;
  readonly recipeLayer: string;
  readonly filesRead: readonly string[];
  readonly override: string;
}

/** Changes the texts of a recipe, or of its append file in another layer; what is not touched stays byte for byte. */
export class RecipeEditor {
  readonly #of: EditedRecipe;
  readonly #texts = new Map<string, string | undefined>();
  #recipeFile: string;

  constructor(of: EditedRecipe) {
    this.#of = of;
    this.#recipeFile = of.state.file;
  }

  /** The recipe file as it is called in the end. */
  get recipeFile(): string {
    return this.#recipeFile;
  }

  /** Path -> text of all files that are touched. */
  changed(): ReadonlyMap<string, string | undefined> {
    return this.#texts;
  }

  /** The folder for patches in the chosen layer: one that the recipe looks into already, else `files` beside the file. */
  patchFolder(): string {
    const { datastore, files, layer, state } = this.#of;
    const known = plainFileDirectories(datastore).filter((each) => each.startsWith(`${layer}/`));
    const beside = this.#isOwnLayer ? dirname(state.file) : dirname(this.#target);
    const near = known.filter((each) => each.startsWith(`${beside}/`));
    const used = state.patches
      .map(({ path, name }) => path.slice(0, -name.length - 1))
      .findLast((each) => near.includes(each));
    return used ?? near.find((each) => files.kind(each) === 'directory') ?? join(beside, 'files');
  }

  /** Lets the recipe look into `patchFolder`. */
  needsFolder(): void {
    const { datastore } = this.#of;
    const folder = this.patchFolder();
    const text = this.#text(this.#target);
    if (plainFileDirectories(datastore).includes(folder) || text.includes('FILESEXTRAPATHS')) return;
    if (this.#isOwnLayer) return;
    const below = relative(dirname(this.#target), folder);
    this.#texts.set(this.#target, withLine(text, this.#target, `FILESEXTRAPATHS:prepend := "\${THISDIR}/${below}:"`));
  }

  /** Adds an entry, behind that of the patch before it where that stands in the same text. */
  addPatch(entry: { readonly variable: string; readonly word: string; readonly after: string | undefined }): void {
    const { override } = this.#of;
    const { variable, word, after } = entry;
    this.needsFolder();
    if (this.#holds(word)) return;
    const path = this.#target;
    const text = this.#text(path);
    const form = `${variable}:append${override === '' ? '' : `:${override}`}`;
    const names = override === '' ? [variable, form] : [form];
    const lists = listStatements(text, path, names);
    for (const list of lists.toReversed()) {
      const before = list.words.find(({ text: each }) => this.#names(each, after));
      if (before === undefined) continue;
      this.#texts.set(path, insertAfter(text, list, before, word));
      return;
    }
    const last = lists.findLast(({ name, operator }) => name !== variable || operator !== '??=');
    this.#texts.set(
      path,
      last === undefined ? withLine(text, path, this.#newLine(variable, word)) : this.#atEnd(text, last, word),
    );
  }

  /** Takes an entry out of the text that names it. Throws StxError when none of the chosen layer does. */
  removePatch(name: string): void {
    const { layer, filesRead, state } = this.#of;
    for (const path of [this.#target, ...filesRead].filter((each) => each.startsWith(`${layer}/`))) {
      const text = this.#text(path);
      const lists = listStatements(text, path, ['SRC_URI', 'SRC_URI:append', 'PKGMETA_URI', 'PKGMETA_URI:append']);
      const word = lists.flatMap(({ words }) => words).find(({ text: each }) => this.#names(each, name));
      if (word === undefined) continue;
      this.#texts.set(path, withoutWord(text, word));
      return;
    }
    const uri = this.#of.datastore.get('SRC_URI') ?? '';
    const entry = parseSrcUri(uri).find(({ path }) => path === name);
    if (this.#isOwnLayer || entry === undefined) {
      throw StxError.of(
        'unfit-commit',
        `no file of the layer names \`${name}\`, which has no commit in \`${state.tree}\` any more`,
        {
          help: 'take it out of SRC_URI by hand',
        },
      );
    }
    this.#texts.set(this.#target, withLine(this.#text(this.#target), this.#target, `SRC_URI:remove = "${entry.word}"`));
  }

  /** Writes a new version or revision; gives what is to be said of it. */
  upgrade({ version, revision, sums = {} }: PendingUpgrade): readonly string[] {
    const said: string[] = [];
    if (revision !== undefined) said.push(this.#setRevision(revision));
    if (version === undefined) return said;
    const { state } = this.#of;
    if (!this.#isOwnLayer) {
      throw StxError.of('not-in-effect', `a new version of \`${state.recipe}\` belongs into the layer of its recipe`, {
        help: `finish into \`${this.#of.recipeLayer}\``,
      });
    }
    let text = this.#text(state.file);
    for (const [flag, sum] of Object.entries(sums)) {
      text = withValue(text, state.file, { name: `SRC_URI[${flag}]`, value: sum });
    }
    if (listStatements(text, state.file, ['PV']).length > 0) {
      this.#texts.set(state.file, withValue(text, state.file, { name: 'PV', value: version }));
      return [...said, `PV is ${version}`];
    }
    const name = basename(state.file)
      .replace(/_[^_]*\.bb$/, '.bb')
      .replace(/\.bb$/, `_${version}.bb`);
    this.#recipeFile = join(dirname(state.file), name);
    this.#texts.set(state.file, undefined);
    this.#texts.set(this.#recipeFile, text);
    return [...said, `${basename(state.file)} becomes ${name}`];
  }

  #setRevision(revision: string): string {
    const { datastore, layer } = this.#of;
    const written = datastore.definition('SRCREV')?.source.path;
    const path = written?.startsWith(`${layer}/`) ? written : this.#target;
    this.#texts.set(path, withValue(this.#text(path), path, { name: 'SRCREV', value: revision }));
    const shared =
      path.endsWith('.inc') || path.endsWith('.conf') ? ', also for other recipes that read this file' : '';
    return `SRCREV of ${path} is ${revision}${shared}`;
  }

  get #isOwnLayer(): boolean {
    return this.#of.layer === this.#of.recipeLayer;
  }

  /** The file that entries are added to: the recipe, or its append file in the chosen layer. */
  get #target(): string {
    const { state, layer, recipeLayer, filesRead } = this.#of;
    if (this.#isOwnLayer) return state.file;
    const there = filesRead.findLast((each) => each.endsWith('.bbappend') && each.startsWith(`${layer}/`));
    const name = basename(state.file).replace(/_[^_]*\.bb$/, '_%.bb');
    return there ?? join(layer, relative(recipeLayer, dirname(state.file)), `${name}append`);
  }

  #text(path: string): string {
    return this.#texts.get(path) ?? this.#of.files.readText(path) ?? '';
  }

  #newLine(variable: string, word: string): string {
    const { override } = this.#of;
    return override === '' ? `${variable} += "${word}"` : `${variable}:append:${override} = " ${word}"`;
  }

  /** `:append` joins without a blank: its first word keeps the one in front. */
  #atEnd(text: string, list: ListStatement, word: string): string {
    return list.words.length === 0 && list.name.includes(':')
      ? insertLast(text, list, ` ${word}`)
      : insertLast(text, list, word);
  }

  #holds(word: string): boolean {
    const { datastore, override } = this.#of;
    if (override !== '') return this.#text(this.#target).includes(word);
    const entries = parseSrcUri(datastore.get('SRC_URI') ?? '').map((each) => each.word);
    return entries.includes(word) || entries.includes(`${word};pkgmeta=1`);
  }

  /** Whether a word, as it stands in a file, is the entry of a patch. */
  #names(word: string, name: string | undefined): boolean {
    if (name === undefined || !word.includes('://')) return false;
    const [entry] = parseSrcUri(word.includes('${') ? this.#of.datastore.expand(word) : word);
    return entry?.type === 'file' && (entry.path === name || name.startsWith(`${entry.path}/`));
  }
}
