import { join } from 'node:path';
import { canonicalJson } from '../../base/canonical-json.ts';
import type { LockRecord } from '../../base/lock-record.ts';
import { sha256 } from '../../base/sha256.ts';
import type { TaskOrder } from '../../messages/task-order.ts';
import type { BuiltinTask, TaskContext } from '../builtin-task.ts';
import { readLockedRecords } from '../locked-records.ts';
import { nameRoot, rootKey } from '../root-store.ts';
import { requiredVariable } from '../task-variable.ts';
import { renewLibraryCache } from './library-cache.ts';
import { layTree } from './link-tree.ts';
import { addToDatabase } from './package-database.ts';
import { unpackPackages } from './unpacked-packages.ts';

/**
 * Gives the recipe its root: that of BUILD_ROOT with the packages laid over it that the lock has for the recipe beyond those;
 * with BUILD_ROOT_STANDIN_NAME the root of another configuration by that name. ROOTS_DIR/BUILD_ROOT_NAME becomes a link to it. Equal packages over an equal root
 * are laid out once. Files are shared with both by hard links, so nobody may write to a root: sandboxes show it read-only.
 */
export const run: BuiltinTask = async (context) => {
  const { order, log } = context;
  const store = requiredVariable(order, 'ROOTS_STORE');
  const name = join(requiredVariable(order, 'ROOTS_DIR'), requiredVariable(order, 'BUILD_ROOT_NAME'));
  const standIn = order.variables['BUILD_ROOT_STANDIN_NAME']?.trim() ?? '';
  if (standIn === '') return { artifacts: paths(name, await layOut(context, { store, name })) };
  log(`note: ${order.variables['BUILD_ROOT_NOTE'] ?? ''}`);
  const root = await nameRoot({ store, key: await rootKey(standIn), name }, refuse(standIn), context.signal);
  return { artifacts: paths(name, root) };
};

function paths(...all: readonly string[]): readonly { readonly path: string }[] {
  return all.map((path) => ({ path }));
}

/** The other root is there, since its task ran before: nothing is to be made. */
function refuse(name: string): () => Promise<void> {
  return () => Promise.reject(Object.assign(new Error(`${name} leads nowhere`), { code: 'ENOENT', path: name }));
}

/** Where the root lies, and how it is called. */
interface Place {
  readonly store: string;
  readonly name: string;
}

async function layOut(context: TaskContext, { store, name }: Place): Promise<string> {
  const { order, log, progress, signal } = context;
  const base = requiredVariable(order, 'BUILD_ROOT');
  const baseKey = await rootKey(join(requiredVariable(order, 'ROOTS_DIR'), base));
  const records = await extraRecords(order, base);
  log(`${records.length} packages over ${base}: ${records.map((each) => each.name).join(' ')}`);
  if (records.length === 0) return await nameRoot({ store, key: baseKey, name }, refuse(base), signal);
  const key = sha256(canonicalJson({ form: 1, base: baseKey, packages: records.map((each) => each.sha256).sort() }));
  return await nameRoot(
    { store, key, name },
    async (fresh) => {
      progress(`unpacking ${records.length} packages`);
      const unpacked = await unpackPackages(records, context, store);
      progress('laying out the root');
      layTree({ from: join(store, 'content', baseKey), to: fresh, leavesOut: () => false });
      for (const { tree } of unpacked) layTree({ from: tree, to: fresh, leavesOut: isManual });
      await addToDatabase(fresh, unpacked);
      await renewLibraryCache(fresh, context);
    },
    signal,
  );
}

/** In the order of their names: where two have a file, the later one's counts. */
async function extraRecords(order: TaskOrder, base: string): Promise<readonly LockRecord[]> {
  const records = await readLockedRecords(order);
  return records.filter(({ roots, type = 'deb' }) => !roots.includes(base) && (type === 'deb' || type === 'rpm'));
}

/** What nothing is built with, and roots are made without. */
function isManual(path: string): boolean {
  return /^usr\/share\/(?:man|info|locale|doc)$/.test(path);
}
