import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StxError } from '../base/stx-error.ts';
import { systemError } from '../base/system-error.ts';

/** A patch of a recipe that is a commit of its work tree. */
export interface TreePatch {
  /** As `file://` of SRC_URI names it. */
  readonly name: string;
  /** Where it lies; empty while it is only going to be written. */
  readonly path: string;
  readonly set: 'packaging' | 'source';
  readonly commit: string;
  /** `git patch-id --stable`: what it changes. */
  readonly patchId: string;
  readonly subject: string;
}

/** A new version below the commits, which the recipe does not have yet. */
export interface PendingUpgrade {
  /** New PV; absent: it stays. */
  readonly version?: string | undefined;
  readonly revision?: string | undefined;
  /** Flag of SRC_URI -> SHA-256. */
  readonly sums?: Readonly<Record<string, string>> | undefined;
  /** The commits are not all moved yet: the commit they move to. */
  readonly rebasingOnto?: string | undefined;
}

/** A work tree of a recipe. */
export interface TreeState {
  readonly format: 1;
  readonly recipe: string;
  /** The recipe's .bb file. */
  readonly file: string;
  /** The root of the git work tree. */
  readonly tree: string;
  /** The folder of it that stands for the sources. */
  readonly source: string;
  /** What that folder is called in the repository; empty: all of it. */
  readonly subpath: string;
  /** Where it is laid out, as the append file says it; empty: S. */
  readonly destination: string;
  /** The folder of S, seen from where it is laid out; empty: the same. */
  readonly inside: string;
  /** The commit of the sources as they came. */
  readonly base: string;
  readonly patches: readonly TreePatch[];
  /** Patches that do not fit every system: the build applies them on top. */
  readonly left: readonly string[];
  /** The tree was made by modify, and is removed when nothing in it would be lost. */
  readonly isOurs: boolean;
  /** It has the history of the upstream repository. */
  readonly hasHistory: boolean;
  readonly upgrade?: PendingUpgrade | undefined;
}

/** The folder of the build directory that holds work trees, their states and the layer. */
export function workspaceFolder(buildDirectory: string): string {
  return join(buildDirectory, 'workspace');
}

/** The states of all work trees of a build directory, by recipe. Throws StxError for one that cannot be read. */
export function readStates(buildDirectory: string): ReadonlyMap<string, TreeState> {
  const folder = join(workspaceFolder(buildDirectory), 'state');
  const names = listNames(folder).filter((name) => name.endsWith('.json'));
  return new Map(
    names
      .sort()
      .map((name) => readState(join(folder, name)))
      .map((state) => [state.recipe, state]),
  );
}

/** Leaves a state, whole. */
export function writeState(buildDirectory: string, state: TreeState): void {
  writeWhole(statePath(buildDirectory, state.recipe), `${JSON.stringify(state, null, 2)}\n`);
}

/** Forgets a work tree. */
export function removeState(buildDirectory: string, recipe: string): void {
  rmSync(statePath(buildDirectory, recipe), { force: true });
}

/** Writes a file under a temporary name and renames it. Throws StxError. */
export function writeWhole(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw systemError(error, 'writing', path);
  }
}

function statePath(buildDirectory: string, recipe: string): string {
  return join(workspaceFolder(buildDirectory), 'state', `${recipe}.json`);
}

function readState(path: string): TreeState {
  try {
    const state = JSON.parse(readFileSync(path, 'utf8')) as TreeState;
    if (state.format === 1) return state;
  } catch {
    // Told below.
  }
  throw StxError.of('damaged-workspace', `\`${path}\` is no state of a work tree`, {
    help: 'remove it together with the append file in `workspace/appends`; the work tree itself stays, and `devtool modify --no-extract` takes it up again',
  });
}

function listNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
