import { StxError } from '../base/stx-error.ts';
import { redactUrl } from '../net/redact.ts';

/** A server or folder with stored results. Plain data: it crosses threads. */
export interface MirrorAddress {
  /** Without a slash at its end; never with user and password. */
  readonly url: string;
  /** `Authorization` header, when there are credentials. Never shown. */
  readonly authorization: string | undefined;
}

/** Lines of a token file: `URL SECRET`, or a SECRET for every server that is written to. */
export interface Credentials {
  readonly byUrl: readonly (readonly [url: string, secret: string])[];
  readonly forWriting: string | undefined;
}

/** No credentials at all. */
export const noCredentials: Credentials = { byUrl: [], forWriting: undefined };

const everything = /^\^?file:\/\/(\.\*|\(\.\*\))\$?$/;

/**
 * Reads SSTATE_MIRRORS or SSTATE_PUBLISH: URLs (`http`, `https`, `file`) between blanks. BitBake's pairs are understood
 * when their pattern matches everything: `file://.* URL/PATH;downloadfilename=PATH`; `\n` separates as a blank does.
 * Throws StxError `bad-mirror`.
 */
export function parseMirrors(text: string, variable: string): readonly string[] {
  const urls: string[] = [];
  for (const word of text.replaceAll('\\n', ' ').split(/\s+/)) {
    if (word !== '' && !everything.test(word)) urls.push(mirrorUrl(word, variable));
  }
  return [...new Set(urls)];
}

function mirrorUrl(word: string, variable: string): string {
  const plain = word
    .replace(/;.*$/, '')
    .replace(/\/PATH$/, '')
    .replace(/\/+$/, '');
  const url = URL.parse(plain);
  const shown = redactUrl(word);
  if (url === null || !['http:', 'https:', 'file:'].includes(url.protocol)) {
    throw StxError.of('bad-mirror', `\`${variable}\` holds \`${shown}\`, which is not an http, https or file URL`, {
      help: 'write URLs with blanks between them, for example `https://cache.example.com/stx file:///srv/stx-cache`',
    });
  }
  if (/[*()[\]^$]/.test(plain)) {
    throw StxError.of('bad-mirror', `\`${variable}\` holds the pattern \`${shown}\``, {
      help: "a mirror holds all results: write its URL alone; of BitBake's pairs only `file://.* URL/PATH` is understood",
    });
  }
  if (url.search !== '' || url.hash !== '') {
    throw StxError.of('bad-mirror', `\`${variable}\` holds \`${shown}\`, with a query or a fragment`, {
      help: 'name the folder that holds `ac` and `cas`; a secret belongs into SSTATE_TOKEN_FILE',
    });
  }
  return plain;
}

/** Reads the text of a token file; empty lines and those that begin with `#` do not count. */
export function parseCredentials(text: string): Credentials {
  const lines = text.split('\n').map((line) => line.trim());
  const pairs = lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split(/\s+/));
  const byUrl = pairs.flatMap(([url, secret]) => (url && secret ? [[url.replace(/\/+$/, ''), secret] as const] : []));
  return { byUrl, forWriting: pairs.find((pair) => pair.length === 1)?.[0] };
}

/**
 * A mirror with the credentials that belong to it: those of the longest URL in the token file that it begins with, else
 * those in the URL itself, else (for a server that is written to) the one for all. A secret with a colon is user and
 * password, any other a token.
 */
export function mirrorAddress(url: string, credentials: Credentials, isWritten: boolean): MirrorAddress {
  const { plain, user } = takeUser(url);
  const own = credentials.byUrl
    .filter(([prefix]) => plain === prefix || plain.startsWith(`${prefix}/`))
    .sort(([a], [b]) => b.length - a.length)[0]?.[1];
  const secret = own ?? user ?? (isWritten && !plain.startsWith('file:') ? credentials.forWriting : undefined);
  return { url: plain, authorization: secret === undefined ? undefined : authorization(secret) };
}

function takeUser(text: string): { readonly plain: string; readonly user: string | undefined } {
  const url = new URL(text);
  if (url.username === '') return { plain: text, user: undefined };
  const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  return { plain: url.href.replace(/\/+$/, ''), user };
}

function authorization(secret: string): string {
  return secret.includes(':') ? `Basic ${Buffer.from(secret).toString('base64')}` : `Bearer ${secret}`;
}

/** Headers that every request to the mirror carries. */
export function mirrorHeaders(address: MirrorAddress): Readonly<Record<string, string>> {
  return address.authorization === undefined ? {} : { authorization: address.authorization };
}
