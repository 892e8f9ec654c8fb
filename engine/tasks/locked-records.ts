import { readFile } from 'node:fs/promises';
import { lockRecordsOf, lockUnreadable, parseLockFile, runTimeRoot } from '../base/lock-file.ts';
import type { LockRecord } from '../base/lock-record.ts';
import { StxError } from '../base/stx-error.ts';
import type { TaskOrder } from '../messages/task-order.ts';
import { requiredVariable } from './task-variable.ts';

const help = 'write the lock with `stx-bake lock update`';

/**
 * What the lock holds for LOCK_ROOT (the task's `[lock-root]`, one root or several). Throws StxError unless every word of
 * BOOTSTRAP_PACKAGES, or of VENDOR_DEPENDS where the task has that, is in it.
 */
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
  const records = lockRecordsOf(parseLockFile(text, path), root);
  if (records.length === 0 && !root.split(' ').every((name) => name === runTimeRoot(name.replace(/:run$/, '')))) {
    throw StxError.of('missing-input', `\`${path}\` locks no package for \`${root}\``, {
      setting: { variable: 'LOCK_FILE' },
      help,
    });
  }
  const unlocked = askedFor(order).filter((word) => !records.some((each) => answers(each, word)));
  if (unlocked.length === 0) return records;
  const names = unlocked.map((word) => `\`${plainName(word)}\``).join(', ');
  const asking = root.split(' ').at(-1) ?? root;
  throw StxError.of('package-not-locked', `\`${asking}\` asks for ${names}, which \`${path}\` does not hold for it`, {
    setting: { variable: askingVariable(order), word: unlocked[0] },
    help,
  });
}

function askingVariable({ variables }: TaskOrder): string {
  return variables['VENDOR_DEPENDS'] === undefined ? 'BOOTSTRAP_PACKAGES' : 'VENDOR_DEPENDS';
}

/** The words of the variable but for groups (`@core`), which stand for several packages. */
function askedFor(order: TaskOrder): readonly string[] {
  const words = (order.variables[askingVariable(order)] ?? '').split(/\s+/);
  return [...new Set(words.filter((word) => word !== '' && !word.startsWith('@')))];
}

/** Whether a record is what a word asks for: `name`, `name:arch`, or what it provides. */
function answers({ name, architecture, askedAs = [] }: LockRecord, word: string): boolean {
  if (askedAs.includes(word)) return true;
  const asked = plainName(word);
  if (name !== asked && !askedAs.includes(asked)) return false;
  const wanted = /^[^:=/]+:([a-z0-9-]+)/.exec(word)?.[1];
  return wanted === undefined || architecture === 'all' || ['any', 'native', 'all', architecture].includes(wanted);
}

/** A package name without architecture, version and suite (`name:arch`, `name=version`, `name/suite`). */
function plainName(word: string): string {
  return word.startsWith('/') ? word : word.replace(/[:=/].*$/, '');
}
