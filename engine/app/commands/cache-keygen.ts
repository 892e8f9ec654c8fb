import { closeSync, openSync, writeSync } from 'node:fs';
import { StxError } from '../../base/stx-error.ts';
import { systemError } from '../../base/system-error.ts';
import { generateSigningKey, isKeyName } from '../../sstate/result-signature.ts';
import type { CacheKeygenCall } from '../command-line/command-options.ts';
import { exitCodes } from '../exit-codes.ts';

/** `stx-bake cache keygen NAME FILE`: a new signing key; an existing file is never changed. */
export async function cacheKeygenCommand({ words }: CacheKeygenCall): Promise<number> {
  const [name = '', path = ''] = words;
  if (!isKeyName(name)) {
    throw StxError.of('bad-key', `a key cannot be called \`${name}\``, {
      help: 'use letters, digits, `.`, `_`, `@` and `-`, such as `ci-2025`',
    });
  }
  const pair = generateSigningKey(name);
  try {
    const file = openSync(path, 'wx', 0o600);
    writeSync(file, `${pair.secret}\n`);
    closeSync(file);
  } catch (error) {
    throw systemError(error, 'writing the signing key', path);
  }
  process.stderr.write(`stx-bake: the secret key is in ${path}; keep it where only those who publish can read it\n`);
  process.stdout.write(`${pair.public}\n`);
  return exitCodes.ok;
}
