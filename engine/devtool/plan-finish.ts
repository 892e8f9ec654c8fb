import { basename, dirname, join, relative } from 'node:path';
import type { FileReader } from '../base/file-reader.ts';
import { seriesLines } from '../base/patch-series.ts';
import { StxError } from '../base/stx-error.ts';
import type { Datastore } from '../datastore/datastore.ts';
import type { PatchStep } from '../tasks/patch/patch-list.ts';
import { RecipeEditor } from './edit-recipe.ts';
import { formOf, newForm, patchTextOf, unfit } from './patch-text.ts';
import type { TreeCommit, TreeCommits } from './read-commits.ts';
import { packagingFolder } from './recipe-sources.ts';
import type { TreePatch, TreeState } from './tree-state.ts';

/** Where commits go. */
export interface FinishRequest {
  readonly state: TreeState;
  readonly commits: TreeCommits;
  /** The recipe as it is without the work tree. */
  readonly datastore: Datastore;
  /** Its patches as they would be applied. */
  readonly steps: readonly PatchStep[];
  readonly files: FileReader;
  /** Folder of the chosen layer, and that of the recipe's own. */
  readonly layer: string;
  readonly recipeLayer: string;
  /** Files that the recipe was read from. */
  readonly filesRead: readonly string[];
  /** For systems with this word alone; empty: for all. */
  readonly override: string;
}

/** Which files change so that the patches are the commits. */
export interface FinishPlan {
  /** Path -> its new text; `undefined`: it goes. */
  readonly files: ReadonlyMap<string, string | undefined>;
  readonly patches: readonly TreePatch[];
  /** One line for each thing that is done. */
  readonly said: readonly string[];
  /** The recipe file as it is called then. */
  readonly recipeFile: string;
}

/** Plans it; nothing is written. Throws StxError for commits that cannot be patches, and a layer that cannot hold them. */
export async function planFinish(request: FinishRequest): Promise<FinishPlan> {
  checkOrder(request);
  const planner = new Planner(request);
  for (const commit of request.commits.commits) await planner.place(commit);
  for (const patch of request.commits.dropped) planner.drop(patch);
  planner.upgrade();
  return planner.plan();
}

/** SRC_URI keeps the order of patches that are there. */
function checkOrder({ state, commits }: FinishRequest): void {
  const isLate = (commit: TreeCommit, index: number, own: readonly TreeCommit[]): boolean => {
    const before = own[index - 1]?.patch;
    return before !== undefined && commit.patch !== undefined && order(commit.patch) < order(before);
  };
  const order = (patch: TreePatch): number => state.patches.indexOf(patch);
  const series = ['packaging', 'source'].map((set) => commits.commits.filter(({ patch }) => patch?.set === set));
  const commit = series.map((own) => own.find(isLate)).find((each) => each !== undefined);
  if (commit === undefined) return;
  throw unfit(state, commit, 'stands behind a patch that comes later in SRC_URI', {
    help: 'bring the commits into the order of SRC_URI (`git rebase -i`), or change that order in the recipe first',
  });
}

class Planner {
  readonly #request: FinishRequest;
  readonly #editor: RecipeEditor;
  readonly #files = new Map<string, string | undefined>();
  readonly #patches: TreePatch[] = [];
  readonly #said: string[] = [];
  readonly #lastNames = new Map<string, string>();

  constructor(request: FinishRequest) {
    this.#request = request;
    this.#editor = new RecipeEditor(request);
  }

  async place(commit: TreeCommit): Promise<void> {
    const { state, steps, datastore } = this.#request;
    const { patch } = commit;
    const step = patch && steps.find(({ name }) => name === patch.name);
    if (patch !== undefined && step !== undefined) {
      const path = commit.isSame ? patch.path : this.#pathOf(patch);
      if (!commit.isSame) {
        const form = formOf(state, step, datastore.get('S') ?? '');
        this.#write(path, await patchTextOf(state, commit, form));
      }
      this.#keep({ ...patch, path }, commit);
      return;
    }
    const form = newForm(state);
    if (form.root !== '' && commit.files.every((file) => !file.startsWith(`${form.root}/`))) {
      this.#said.push(`${commit.commit.slice(0, 12)} (${commit.subject}) is of another part of the git, and left out`);
      return;
    }
    const text = await patchTextOf(state, commit, form);
    const set = this.#setOf(commit);
    const name = patch?.name ?? this.#freeName(commit.subject, text);
    const path = join(this.#folder(), name);
    this.#write(path, text);
    const variable = set === 'packaging' ? 'PKGMETA_URI' : 'SRC_URI';
    this.#editor.addPatch({ variable, word: `file://${name}${form.parameters}`, after: this.#lastNames.get(set) });
    this.#keep({ name, path, set, commit: '', patchId: '', subject: '' }, commit);
  }

  drop(patch: TreePatch): void {
    const { override, layer } = this.#request;
    if (override !== '') {
      this.#write(join(this.#folder(), patch.name), '');
      this.#said.push(`${patch.name} is dropped for ${override}`);
      return;
    }
    const series = this.#seriesOf(patch);
    if (series !== undefined) this.#files.set(series.path, series.text);
    else this.#editor.removePatch(patch.name);
    if (isWithin(patch.path, layer)) this.#files.set(patch.path, undefined);
    this.#said.push(`${patch.name} is taken out`);
  }

  upgrade(): void {
    const { state } = this.#request;
    if (state.upgrade !== undefined) this.#said.push(...this.#editor.upgrade(state.upgrade));
  }

  plan(): FinishPlan {
    for (const [path, text] of this.#editor.changed()) this.#files.set(path, text);
    const changed = [...this.#files].filter(([path, text]) => this.#request.files.readText(path) !== text);
    return {
      files: new Map(changed),
      patches: inSeries(this.#patches),
      said: this.#said,
      recipeFile: this.#editor.recipeFile,
    };
  }

  #keep(patch: TreePatch, { commit, patchId, subject }: TreeCommit): void {
    this.#lastNames.set(patch.set, patch.name);
    this.#patches.push({ ...patch, commit, patchId, subject });
  }

  #write(path: string, text: string): void {
    const isNew = this.#request.files.kind(path) === 'missing';
    if (this.#request.files.readText(path) === text) return;
    this.#files.set(path, text);
    this.#said.push(`${isNew ? 'new' : 'changed'}: ${path}`);
  }

  /** A patch of the chosen layer is rewritten where it lies; another one gets a stronger file of its name. */
  #pathOf(patch: TreePatch): string {
    const { layer, override } = this.#request;
    if (override === '' && isWithin(patch.path, layer)) return patch.path;
    this.#editor.needsFolder();
    return join(this.#folder(), patch.name);
  }

  #folder(): string {
    const { override } = this.#request;
    return join(this.#editor.patchFolder(), override);
  }

  /** Packaging, when it changes nothing else; in the source of a vendor's package alone. */
  #setOf(commit: TreeCommit): TreePatch['set'] {
    const { state, datastore } = this.#request;
    const packaging = packagingFolder(datastore);
    if (packaging === '') return 'source';
    const inside = commit.files.filter((file) => file.startsWith(`${packaging}/`));
    if (inside.length === 0) return 'source';
    if (inside.length === commit.files.length) return 'packaging';
    throw unfit(state, commit, 'changes the packaging and the source', {
      help: `split it (\`git rebase -i\`): patches of \`${packaging}/\` are a series of their own`,
    });
  }

  /** `0003-subject.patch`: the next number behind those that there are. A file of an interrupted call is taken again. */
  #freeName(subject: string, text: string): string {
    const { state, files, steps } = this.#request;
    const names = [...state.patches, ...this.#patches, ...steps].map(({ name }) => basename(name));
    const numbers = names.map((name) => Number(/^(\d{4})-/.exec(name)?.[1] ?? 0));
    const slug = subject
      .replace(/[^A-Za-z0-9._]+/g, '-')
      .replace(/\.\.+/g, '.')
      .replace(/^[-.]+|[-.]+$/g, '')
      .slice(0, 52);
    for (let number = Math.max(0, ...numbers) + 1; ; number++) {
      const name = `${String(number).padStart(4, '0')}-${slug || 'change'}.patch`;
      const there = files.readText(join(this.#folder(), name));
      if (there === undefined || there === text) return name;
    }
  }

  /** The list of the series that a patch belongs to, without it. */
  #seriesOf({ name, path }: TreePatch): { readonly path: string; readonly text: string } | undefined {
    if (!name.includes('/')) return undefined;
    const { files, layer, state } = this.#request;
    const series = join(dirname(path), 'series');
    const text = files.readText(series);
    const own = relative(dirname(series), path);
    if (text === undefined || !seriesLines(text).some((line) => line.name === own)) return undefined;
    if (!isWithin(series, layer)) {
      throw StxError.of(
        'unfit-commit',
        `\`${name}\` has no commit in \`${state.tree}\` any more, and its series \`${series}\` lies in another layer`,
        {
          help: 'finish into that layer, or drop the patch for some systems with `--override WORD`',
        },
      );
    }
    const lines = text.split('\n').filter((line) => seriesLines(line)[0]?.name !== own);
    return { path: series, text: lines.join('\n') };
  }
}

/** As they are applied: those of the packaging first. */
function inSeries(patches: readonly TreePatch[]): readonly TreePatch[] {
  return [...patches.filter(({ set }) => set === 'packaging'), ...patches.filter(({ set }) => set === 'source')];
}

/** Whether a path lies below a folder. */
export function isWithin(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`);
}
