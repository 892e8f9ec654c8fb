import { compareCodePoints } from '../base/canonical-json.ts';
import type { LockRecord } from '../base/lock-record.ts';

/** How one package of a lock differs from what the indexes would give today. */
export type LockDrift =
  | { readonly kind: 'changed'; readonly name: string; readonly locked: string; readonly current: string }
  | { readonly kind: 'replaced'; readonly name: string; readonly locked: string }
  | { readonly kind: 'added'; readonly name: string; readonly current: string }
  | { readonly kind: 'removed'; readonly name: string; readonly locked: string }
  | { readonly kind: 'roots'; readonly name: string; readonly locked: string };

/** What `lock update` would change, by package name; empty when the lock is what the index gives today. Pure. */
export function checkLock(locked: readonly LockRecord[], current: readonly LockRecord[]): readonly LockDrift[] {
  const before = new Map(locked.map((each) => [key(each), each]));
  const after = new Map(current.map((each) => [key(each), each]));
  const names = [...new Set([...before.keys(), ...after.keys()])].sort(compareCodePoints);
  return names.flatMap((name) => drift(before.get(name), after.get(name)) ?? []);
}

/** One line for a person. */
export function driftText(drift: LockDrift): string {
  switch (drift.kind) {
    case 'changed':
      return `${drift.name}: ${drift.locked} is locked, the mirror has ${drift.current}`;
    case 'replaced':
      return `${drift.name}: ${drift.locked} has another content on the mirror`;
    case 'added':
      return `${drift.name}: ${drift.current} would be added`;
    case 'removed':
      return `${drift.name}: ${drift.locked} would be dropped`;
    case 'roots':
      return `${drift.name}: ${drift.locked} would be in other roots`;
  }
}

/** One line for a person who compares two lock files. */
export function differenceText(drift: LockDrift): string {
  switch (drift.kind) {
    case 'changed':
      return `${drift.name}: ${drift.locked} -> ${drift.current}`;
    case 'replaced':
      return `${drift.name}: ${drift.locked} has another content`;
    case 'added':
      return `${drift.name}: ${drift.current} is new`;
    case 'removed':
      return `${drift.name}: ${drift.locked} is gone`;
    case 'roots':
      return `${drift.name}: ${drift.locked} is in other roots`;
  }
}

function key(record: LockRecord): string {
  return `${record.name}:${record.architecture}`;
}

function drift(locked: LockRecord | undefined, current: LockRecord | undefined): LockDrift | undefined {
  if (!locked) return current && { kind: 'added', name: current.name, current: current.version };
  const { name, version } = locked;
  if (!current) return { kind: 'removed', name, locked: version };
  if (current.version !== version) return { kind: 'changed', name, locked: version, current: current.version };
  if (current.sha256 !== locked.sha256) return { kind: 'replaced', name, locked: version };
  if (current.roots.join(' ') !== locked.roots.join(' ')) return { kind: 'roots', name, locked: version };
  return undefined;
}
