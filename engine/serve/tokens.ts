import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { StxError } from '../base/stx-error.ts';
import { systemError } from '../base/system-error.ts';

/** Who a request may be from. */
export interface TokenCheck {
  /** The name that goes with the token in the header, which may be `Bearer TOKEN` or the password of `Basic`. */
  nameOf(authorization: string | undefined): string | undefined;
}

interface Known {
  readonly name: string;
  readonly hash: Buffer;
}

const leastLength = 16;

/**
 * Tokens from a file, one a line: `NAME TOKEN`, or a token alone. The file is read again when it has changed: what is not
 * in it counts no more, also when none is left or the file is gone. While it cannot be read for another reason, or holds
 * what is no token, the last content counts. `tell` hears of each change for the worse. Throws StxError `bad-key` when it
 * holds none at the start.
 */
export function tokensFromFile(path: string, tell: (text: string) => void = () => undefined): TokenCheck {
  let stamp = '';
  let told = '';
  let known: readonly Known[] = [];
  const read = (): void => {
    const { mtimeMs, size, ino } = statSync(path);
    const now = `${mtimeMs} ${size} ${ino}`;
    if (now === stamp) return;
    known = parseTokens(readFileSync(path, 'utf8'), path);
    stamp = now;
  };
  const tellOnce = (text: string): void => {
    if (text !== '' && text !== told) tell(text);
    told = text;
  };
  const refresh = (): void => {
    try {
      read();
      tellOnce(known.length === 0 ? `\`${path}\` holds no token any more: nobody may write` : '');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') {
        known = [];
        stamp = '';
      }
      const reason = code === 'ENOENT' ? 'is gone: nobody may write' : 'cannot be used: its last tokens count';
      tellOnce(`\`${path}\` ${reason}`);
    }
  };
  try {
    read();
  } catch (error) {
    throw error instanceof StxError ? error : systemError(error, 'reading the token file', path);
  }
  if (known.length === 0) throw badTokens(path, 'holds no token');
  return {
    nameOf: (authorization) => {
      refresh();
      const secret = secretOf(authorization);
      if (secret === undefined) return undefined;
      const hash = hashOf(secret);
      return known.find((each) => timingSafeEqual(each.hash, hash))?.name;
    },
  };
}

/** Nobody has a token. */
export const noTokens: TokenCheck = { nameOf: () => undefined };

function parseTokens(text: string, path: string): readonly Known[] {
  const lines = text.split('\n').map((line) => line.trim());
  const words = lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split(/\s+/));
  const known = words.map((parts, index) => ({
    name: parts.length > 1 ? (parts[0] ?? '') : `token-${index + 1}`,
    token: parts.at(-1) ?? '',
  }));
  const short = known.find(({ token }) => token.length < leastLength);
  if (short !== undefined) throw badTokens(path, `holds a token of fewer than ${leastLength} characters`);
  return known.map(({ name, token }) => ({ name, hash: hashOf(token) }));
}

function badTokens(path: string, what: string): StxError {
  return StxError.of('bad-key', `\`${path}\` ${what}`, {
    help: 'write lines of the form `NAME TOKEN`; `openssl rand -hex 24` makes a token',
  });
}

function secretOf(authorization: string | undefined): string | undefined {
  const [scheme = '', value = ''] = authorization?.split(' ') ?? [];
  if (/^bearer$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return undefined;
  const pair = Buffer.from(value, 'base64').toString();
  return pair.slice(pair.indexOf(':') + 1);
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
