import { canonicalJson, compareCodePoints, type Json } from '../base/canonical-json.ts';

/** A node without content: what `mknod` makes. */
export interface DeviceNode {
  readonly type: 'block' | 'character' | 'pipe';
  readonly mode: number;
  /** Zero for a pipe. */
  readonly major: number;
  readonly minor: number;
}

/** What a path has beyond what a `Tree` holds. */
export interface PathAttributes {
  /** Owner and group, when they are not 0 and 0; in trees of fakeroot tasks alone. */
  readonly uid?: number;
  readonly gid?: number;
  /** Extended attributes: name -> value in base64. */
  readonly extended?: Readonly<Record<string, string>>;
  /** The path, first in code point order, that this file shares its content with (a hard link). */
  readonly sameAs?: string;
  /** A path that is not in the `Tree`. */
  readonly node?: DeviceNode;
}

/** The ownership manifest: a blob beside a tree, there only when there is something to say. */
export interface TreeAttributes {
  /** The tree is one of a fakeroot task: paths without uid and gid belong to 0 and 0, not to whoever restores them. */
  readonly owned: boolean;
  /** By path, in code point order. */
  readonly paths: ReadonlyMap<string, PathAttributes>;
}

const format = 'stx-attributes-1';

/** The canonical bytes; `undefined` when the manifest says nothing. */
export function encodeAttributes({ owned, paths }: TreeAttributes): Uint8Array | undefined {
  if (!owned && paths.size === 0) return undefined;
  const sorted = [...paths].sort(([a], [b]) => compareCodePoints(a, b));
  const entries = sorted.map(([path, attributes]) => ({ path, ...attributes }));
  return Buffer.from(canonicalJson({ format, owned, entries: entries as unknown as Json }));
}

/** Reads them; `undefined` when they are no sound manifest. That paths belong to the tree is for the restorer to see. */
export function decodeAttributes(bytes: Uint8Array): TreeAttributes | undefined {
  try {
    const value = JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>;
    if (value['format'] !== format || typeof value['owned'] !== 'boolean') return undefined;
    const paths = new Map<string, PathAttributes>();
    for (const entry of value['entries'] as Record<string, unknown>[]) {
      const { path, ...attributes } = entry;
      if (typeof path !== 'string' || !isInside(path) || !isSound(attributes) || paths.has(path)) return undefined;
      paths.set(path, attributes as PathAttributes);
    }
    return { owned: value['owned'], paths };
  } catch {
    return undefined;
  }
}

function isSound({ uid, gid, extended, sameAs, node, ...unknown }: Record<string, unknown>): boolean {
  return (
    Object.keys(unknown).length === 0 &&
    [uid, gid].every((id) => id === undefined || isCount(id)) &&
    (extended === undefined || Object.values(extended as object).every((each) => typeof each === 'string')) &&
    (sameAs === undefined || (typeof sameAs === 'string' && isInside(sameAs))) &&
    (node === undefined || isNode(node as DeviceNode))
  );
}

function isNode({ type, mode, major, minor }: DeviceNode): boolean {
  return ['block', 'character', 'pipe'].includes(type) && [mode, major, minor].every(isCount) && mode <= 0o7777;
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isInside(path: string): boolean {
  return !path.includes('\0') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** The name of a tree's attributes among the files of a result. */
export function attributesName(tree: number): string {
  return `attributes/${tree}`;
}

/** Whether an extended attribute is a task's own doing: labels and access lists of the host's file system are not. */
export function isKeptAttribute(name: string): boolean {
  return name.startsWith('user.') || name === 'security.capability';
}

/** Numbers of a device from `rdev` of `stat` (Linux: gnu_dev_major and gnu_dev_minor). */
export function deviceNumbers(rdev: number): { readonly major: number; readonly minor: number } {
  const value = BigInt(rdev);
  const major = ((value >> 8n) & 0xfffn) | ((value >> 32n) & ~0xfffn);
  const minor = (value & 0xffn) | ((value >> 12n) & ~0xffn & 0xffffffffn);
  return { major: Number(major & 0xffffffffn), minor: Number(minor) };
}

/** The inverse of `deviceNumbers`. */
export function deviceNumber({ major, minor }: Pick<DeviceNode, 'major' | 'minor'>): number {
  const [high, low] = [BigInt(major), BigInt(minor)];
  return Number(
    ((high & 0xfffn) << 8n) | ((high & ~0xfffn) << 32n) | (low & 0xffn) | ((low & ~0xffn & 0xffffffffn) << 12n),
  );
}
