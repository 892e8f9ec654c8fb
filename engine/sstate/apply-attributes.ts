import { chmodSync, lchownSync } from 'node:fs';
import { join } from 'node:path';
import { type DeviceNode, deviceNumber, type PathAttributes, type TreeAttributes } from './attributes.ts';
import { type SystemCalls, systemCalls } from './system-calls.ts';
import type { TreeManifest } from './tree-manifest.ts';

const nodeTypes = { block: 0o060000, character: 0o020000, pipe: 0o010000 } as const;

/**
 * Gives the paths of a tree below `root` their owners and extended attributes, and makes its devices and pipes. Returns the
 * first path that did not get what it has in the tree, because this user may not do it or the file system cannot hold it.
 */
export function applyAttributes(
  root: string,
  { manifest, attributes }: { readonly manifest: TreeManifest; readonly attributes: TreeAttributes },
  except: ReadonlySet<string>,
): string | undefined {
  const { owned, paths } = attributes;
  if (!owned && paths.size === 0) return undefined;
  const modes = pathModes(manifest);
  const unmade = makeNodes(root, paths, modes);
  if (unmade !== undefined) return unmade;
  for (const [path, mode] of modes) {
    const own = paths.get(path);
    if (except.has(path) || (own === undefined && !owned)) continue;
    const isDone = (!owned || give(join(root, path), own ?? {}, mode)) && setExtended(join(root, path), own ?? {});
    if (!isDone) return path;
  }
  return undefined;
}

/** Every path with its mode; that of links and directories does not matter here. */
function pathModes(manifest: TreeManifest): Map<string, number> {
  return new Map(manifest.entries.map((entry) => [entry.path, entry.kind === 'file' ? entry.mode : 0]));
}

function makeNodes(root: string, paths: TreeAttributes['paths'], modes: Map<string, number>): string | undefined {
  for (const [path, { node }] of paths) {
    if (node === undefined) continue;
    if (!isAllowed(() => makeNode(join(root, path), node))) return path;
    modes.set(path, node.mode);
  }
  return undefined;
}

/** Whoever restores it stands for user and group 0 of the tree. */
function give(path: string, { uid = 0, gid = 0 }: PathAttributes, mode: number): boolean {
  const mine = (id: number, own: number | undefined): number => (id === 0 ? (own ?? 0) : id);
  const [user, group] = [mine(uid, process.getuid?.()), mine(gid, process.getgid?.())];
  if (!isAllowed(() => lchownSync(path, user, group))) return false;
  // A change of the owner takes the bits away that lend it.
  if ((mode & 0o7000) !== 0) chmodSync(path, mode);
  return true;
}

function setExtended(path: string, { extended = {} }: PathAttributes): boolean {
  return Object.entries(extended).every(([name, value]) => {
    return isAllowed(() => neededCalls().setAttribute(path, name, Buffer.from(value, 'base64')));
  });
}

function neededCalls(): SystemCalls {
  const calls = systemCalls();
  if (calls === undefined) throw Object.assign(new Error('no system calls'), { code: 'ENOSYS' });
  return calls;
}

function makeNode(path: string, node: DeviceNode): void {
  neededCalls().makeNode(path, nodeTypes[node.type] | node.mode, node.type === 'pipe' ? 0 : deviceNumber(node));
  chmodSync(path, node.mode);
}

/** Codes with which a system says that this user, or this file system, cannot do it. */
const refusals = new Set(['EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EOVERFLOW']);

/** Whether it was done; false when it is refused here. */
function isAllowed(change: () => void): boolean {
  try {
    change();
    return true;
  } catch (error) {
    if (refusals.has((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}
