import { readFile } from 'node:fs/promises';
import { lockUnreadable, parseLockFile } from '../base/lock-file.ts';
import type { LockRecord } from '../base/lock-record.ts';
import { StxError } from '../base/stx-error.ts';
import type { TaskOrder } from '../messages/task-order.ts';
import { requiredVariable } from './task-variable.ts';

const help = 'write the lock with `stx-bake lock update`';

/** What the lock holds for LOCK_ROOT (the task's `[lock-root]`). Throws StxError unless every word of BOOTSTRAP_PACKAGES is in it. */
export async function readLockedRecords(order: TaskOrder): Promise<readonly LockRecord[]> {
  const path = requiredVariable(order, 'LOCK_FILE');
  const root = order.variables['LOCK_ROOT'] ?? '';
  if (root === '') {
    const message = `\`${order.task.task}\` reads the lock, but no root of it`;
    throw StxError.of('missing-input', message, { help: 'name the root in the flag `lock-root` of the task' });
  }
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw lockUnreadable(error, path);
  });
  const records = parseLockFile(text, path).filter((each) => each.roots.includes(root));
  if (records.length === 0) {
    throw StxError.of('missing-input', `\`${path}\` locks no package for \`${root}\``, {
      setting: { variable: 'LOCK_FILE' },
      help,
    });
  }
  const locked = new Set(records.flatMap((each) => [each.name, ...(each.askedAs ?? [])]));
  const unlocked = askedFor(order).filter((word) => !locked.has(word) && !locked.has(plainName(word)));
  if (unlocked.length === 0) return records;
  const names = unlocked.map((word) => `\`${plainName(word)}\``).join(', ');
  throw StxError.of('package-not-locked', `\`${root}\` asks for ${names}, which \`${path}\` does not hold for it`, {
    setting: { variable: 'BOOTSTRAP_PACKAGES', word: unlocked[0] },
    help,
  });
}

/** The words of BOOTSTRAP_PACKAGES but for groups (`@core`), which stand for several packages. */
function askedFor(order: TaskOrder): readonly string[] {
  const words = (order.variables['BOOTSTRAP_PACKAGES'] ?? '').split(/\s+/);
  return [...new Set(words.filter((word) => word !== '' && !word.startsWith('@')))];
}

/** A package name without architecture, version and suite (`name:arch`, `name=version`, `name/suite`). */
function plainName(word: string): string {
  return word.startsWith('/') ? word : word.replace(/[:=/].*$/, '');
}
