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
 * Tokens from a file, one a line: `NAME TOKEN`, or a token alone. The file is read again when it has changed; while it
 * cannot be read, the last content counts. Throws StxError `bad-key` when it holds none at the start.
 */
export function tokensFromFile(path: string): TokenCheck {
  let stamp = '';
  let known: readonly Known[] = [];
  const refresh = (): void => {
    const { mtimeMs, size, ino } = statSync(path);
    const now = `${mtimeMs} ${size} ${ino}`;
    if (now === stamp) return;
    known = parseTokens(readFileSync(path, 'utf8'), path);
    stamp = now;
  };
  try {
    refresh();
  } catch (error) {
    throw error instanceof StxError ? error : systemError(error, 'reading the token file', path);
  }
  return {
    nameOf: (authorization) => {
      try {
        refresh();
      } catch {
        // As before: an editor may be writing it.
      }
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
  if (known.length > 0 && short === undefined) return known.map(({ name, token }) => ({ name, hash: hashOf(token) }));
  const what = short === undefined ? 'holds no token' : `holds a token of fewer than ${leastLength} characters`;
  throw StxError.of('bad-key', `\`${path}\` ${what}`, {
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
