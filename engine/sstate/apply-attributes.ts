import { chmodSync, lchownSync } from 'node:fs';
import { join } from 'node:path';
import { type DeviceNode, deviceNumber, type PathAttributes, type TreeAttributes } from './attributes.ts';
import { systemCalls } from './system-calls.ts';
import type { TreeManifest } from './tree-manifest.ts';

const nodeTypes = { block: 0o060000, character: 0o020000, pipe: 0o010000 } as const;

/**
 * Gives the paths of a tree below `root` their owners and extended attributes, and makes its devices and pipes. What this
 * user may not do, or the file system cannot hold, is left out: it stays in the manifest.
 */
export function applyAttributes(
  root: string,
  { manifest, attributes }: { readonly manifest: TreeManifest; readonly attributes: TreeAttributes },
  except: ReadonlySet<string>,
): void {
  const { owned, paths } = attributes;
  if (!owned && paths.size === 0) return;
  const modes = pathModes(manifest);
  makeNodes(root, paths, modes);
  for (const [path, mode] of modes) {
    const own = paths.get(path);
    if (except.has(path) || (own === undefined && !owned)) continue;
    if (owned) give(join(root, path), own ?? {}, mode);
    setExtended(join(root, path), own ?? {});
  }
}

/** Every path with its mode; that of links and directories does not matter here. */
function pathModes(manifest: TreeManifest): Map<string, number> {
  return new Map(manifest.entries.map((entry) => [entry.path, entry.kind === 'file' ? entry.mode : 0]));
}

function makeNodes(root: string, paths: TreeAttributes['paths'], modes: Map<string, number>): void {
  for (const [path, { node }] of paths)
    if (node !== undefined && tolerated(() => makeNode(join(root, path), node))) modes.set(path, node.mode);
}

function give(path: string, { uid = 0, gid = 0 }: PathAttributes, mode: number): void {
  tolerated(() => lchownSync(path, uid, gid));
  // A change of the owner takes the bits away that lend it.
  if ((mode & 0o7000) !== 0) chmodSync(path, mode);
}

function setExtended(path: string, { extended = {} }: PathAttributes): void {
  for (const [name, value] of Object.entries(extended))
    tolerated(() => systemCalls()?.setAttribute(path, name, Buffer.from(value, 'base64')));
}

function makeNode(path: string, node: DeviceNode): void {
  const calls = systemCalls();
  if (calls === undefined) throw Object.assign(new Error('no system calls'), { code: 'ENOSYS' });
  calls.makeNode(path, nodeTypes[node.type] | node.mode, node.type === 'pipe' ? 0 : deviceNumber(node));
  chmodSync(path, node.mode);
}

/** Codes with which a system says that this user, or this file system, cannot do it. */
const refusals = new Set(['EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EOVERFLOW']);

/** Whether it was done; false when it is refused here. */
function tolerated(change: () => void): boolean {
  try {
    change();
    return true;
  } catch (error) {
    if (refusals.has((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}
