import { relative } from 'node:path';
import type { FileReader } from '../base/file-reader.ts';
import { parseSrcUri } from '../base/src-uri.ts';
import { StxError } from '../base/stx-error.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { writableOverlay } from '../datastore/datastore-builder.ts';
import type { TaskOrder } from '../messages/task-order.ts';
import { isPatch } from '../metadata/external-source.ts';
import { findLocalSources } from '../metadata/local-files.ts';
import type { Recipe } from '../metadata/recipe.ts';
import { findSourceRevisions } from '../metadata/source-revisions.ts';
import { taskTypeTable } from '../task-types/task-type-table.ts';
import type { TaskContext } from '../tasks/builtin-task.ts';

/** How the sources of a recipe are looked at. */
export interface SourceLook {
  /** In place of WORKDIR. */
  readonly work: string;
  /** In place of what the recipe says: a commit, a version. */
  readonly values?: Readonly<Record<string, string>> | undefined;
  /** Without the entries that are patches. */
  readonly withoutPatches?: boolean | undefined;
}

/** The recipe as if nothing stood for its sources, with WORKDIR elsewhere. */
export function plainDatastore(recipe: Recipe, { work, values = {}, withoutPatches }: SourceLook): Datastore {
  const whole = recipe.datastore.get('EXTERNALSRC_SRC_URI') ?? recipe.datastore.get('SRC_URI') ?? '';
  const entries = parseSrcUri(whole).filter((entry) => withoutPatches !== true || !isPatch(entry));
  const uri = entries.map(({ word }) => word).join(' ');
  return writableOverlay(recipe.datastore, { WORKDIR: work, EXTERNALSRC: '', SRC_URI: uri, ...values });
}

/** The order that the built-in tasks `fetch` and `unpack` would get. Throws StxError for metadata that cannot be expanded. */
export function sourceOrder(recipe: Recipe, datastore: Datastore, files: FileReader): TaskOrder {
  const variables: Record<string, string> = {};
  for (const type of ['fetch', 'unpack'].map((name) => taskTypeTable.get(name))) {
    for (const name of [...(type?.variables ?? []), ...(type?.unhashedVariables ?? [])]) {
      const value = datastore.get(name);
      if (value !== undefined) variables[name] = value;
    }
  }
  for (const flag of datastore.flags('SRC_URI').keys()) {
    variables[`SRC_URI[${flag}]`] = datastore.flag('SRC_URI', flag) ?? '';
  }
  const locals = findLocalSources(datastore, files).flatMap(({ name, path }) =>
    path === undefined ? [] : [{ uri: `file://${name}`, name, path }],
  );
  variables['LOCAL_SOURCES'] = JSON.stringify(locals);
  variables['SOURCE_REVISIONS'] = JSON.stringify(Object.fromEntries(findSourceRevisions(datastore)));
  variables['LOCK_ROOT'] = (datastore.flag('do_fetch', 'lock-root') ?? '').trim();
  const task = { configuration: '', recipe: recipe.pn, task: 'do_devtool' };
  const work = datastore.get('WORKDIR') ?? '';
  return {
    ...{
      task,
      work: { kind: 'nothing' },
      variables,
      cwd: work,
      environment: {},
      directories: [],
      cleanDirectories: [],
    },
    ...{ emptying: { below: [], except: [] }, dependencies: [], outputs: [], actionKey: undefined, storePath: '' },
    ...{ logPath: '', umask: '022', lockFiles: [], network: true, temporaryDirectory: work },
  };
}

/** A context for a built-in task that works here: what it logs goes nowhere. */
export function quietContext(order: TaskOrder, signal: AbortSignal): TaskContext {
  return { order, signal, log: () => undefined, progress: () => undefined };
}

/** Throws StxError for a recipe that has nothing to be put into a work tree. */
export function requireSources(recipe: Recipe, datastore: Datastore): void {
  const entries = parseSrcUri(datastore.get('SRC_URI') ?? '').filter((entry) => !isPatch(entry));
  const why =
    entries.length === 0
      ? 'has no sources: its SRC_URI names none'
      : recipe.tasks.has('do_unpack')
        ? entries.some(({ path, type }) => type !== 'git' && path.endsWith('.src.rpm'))
          ? 'is made from a `.src.rpm`, which devtool cannot take apart'
          : undefined
        : 'has no task `do_unpack`';
  if (why === undefined) return;
  throw StxError.of('no-work-tree', `\`${recipe.pn}\` ${why}`, { span: datastore.definition('SRC_URI') });
}

/** The folder of the packaging in a vendor's source package, which patches of it may change alone; empty for other sources. */
export function packagingFolder(datastore: Datastore): string {
  if (datastore.getUnexpanded('PKGMETA_URI') === undefined) return '';
  return datastore.get('PATCH_WITHIN:task-patch-packaging') ?? '';
}

/** The folder of the patches that such a package has itself, seen from S. */
export function vendorSeries(datastore: Datastore): string {
  const source = datastore.get('S') ?? '';
  return relative(source, datastore.get('PATCH_SERIES:task-patch') ?? source);
}
