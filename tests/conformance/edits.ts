import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A change of one file of a project. */
export interface Edit {
  readonly file: string;
  readonly write?: string;
  readonly append?: string;
  readonly replace?: readonly [string, string];
  readonly delete?: boolean;
}

/** Carries out the edits of a query; edited files get a new time stamp. */
export function applyEdits(directory: string, edits: readonly Edit[] = []): void {
  for (const edit of edits) {
    const path = join(directory, edit.file);
    if (edit.delete === true) {
      rmSync(path);
      continue;
    }
    mkdirSync(dirname(path), { recursive: true });
    const before = edit.write ?? (existsSync(path) ? readFileSync(path, 'utf8') : '');
    const [old, text] = edit.replace ?? ['', ''];
    if (!before.includes(old)) throw new Error(`edit: \`${old}\` is not in ${edit.file}`);
    const replaced = old === '' ? before : before.replaceAll(old, () => text);
    writeFileSync(path, replaced + (edit.append ?? ''));
    const time = Date.now() / 1000 + 2;
    utimesSync(path, time, time);
  }
}
