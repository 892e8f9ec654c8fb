import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { sha256 } from '../base/sha256.ts';
import { StxError } from '../base/stx-error.ts';
import { systemError } from '../base/system-error.ts';
import type { Datastore } from '../datastore/datastore.ts';
import type { Credentials, MirrorAddress } from '../remote/mirror-address.ts';
import type { Patience } from '../remote/patience.ts';
import type { ResultSource } from '../remote/result-source.ts';
import type { MirrorTrouble, TeamCache } from '../remote/team-cache.ts';
import type { PublishSettings, TransferSettings } from '../remote/transfer-messages.ts';
import type { TrustedKeys } from '../sstate/result-signature.ts';

/** What a team's cache is opened with. */
export interface TeamCacheRequest {
  readonly datastore: Datastore;
  readonly buildDirectory: string;
  /** The local store. */
  readonly storeDirectory: string;
  /** Results are only read: nothing is published. */
  readonly readOnly?: boolean | undefined;
  /** Instead of what SSTATE_PUBLISH says. */
  readonly publishTo?: readonly string[] | undefined;
  tell(diagnostic: Diagnostic): void;
}

/** Environment variable with the token for servers that are written to. */
export const tokenVariable = 'STX_BAKE_SSTATE_TOKEN';

/**
 * The mirrors that SSTATE_MIRRORS and SSTATE_PUBLISH name; `undefined` when there is none, which loads nothing. Throws
 * StxError `bad-mirror` or `bad-key`.
 */
export async function openTeamCache(request: TeamCacheRequest): Promise<TeamCache | undefined> {
  const value = (name: string): string => request.datastore.get(name)?.trim() ?? '';
  const named = request.publishTo?.join(' ') || value('SSTATE_PUBLISH');
  const publishText = request.readOnly === true ? '' : named;
  if (value('SSTATE_MIRRORS') === '' && publishText === '') return undefined;
  const { TeamCache } = await import('../remote/team-cache.ts');
  const { KnownResults } = await import('../remote/known-results.ts');
  const { mirrorAddress, parseMirrors } = await import('../remote/mirror-address.ts');
  const credentials = await readCredentials(value('SSTATE_TOKEN_FILE'));
  const addresses = (text: string, variable: string): readonly MirrorAddress[] =>
    withoutNetwork(parseMirrors(text, variable), value).map((url) =>
      mirrorAddress(url, credentials, variable === 'SSTATE_PUBLISH'),
    );
  const targets = addresses(publishText, 'SSTATE_PUBLISH');
  const mirrors = addresses(value('SSTATE_MIRRORS'), 'SSTATE_MIRRORS').map(
    (mirror) => targets.find(({ url }) => url === mirror.url) ?? mirror,
  );
  const listDirectory = join(request.buildDirectory, 'cache', 'mirror-lists');
  const transfer: TransferSettings = {
    directory: request.storeDirectory,
    mirrors,
    publishing:
      targets.length === 0
        ? undefined
        : await publishing(request, { targets, listDirectory, isSweep: request.publishTo !== undefined }),
    patience: await patience(value('SSTATE_MIRROR_TIMEOUT')),
    proxies: proxies(value),
  };
  const trustedText = value('SSTATE_TRUSTED_KEYS');
  const circumstances = [trustedText, ...mirrors.map(({ url }) => url)].join('\n');
  const knownPath = join(request.buildDirectory, 'cache', 'mirror-results', sha256(circumstances).slice(0, 16));
  return new TeamCache({
    transfer,
    before: new KnownResults(knownPath),
    trusted: await readTrustedKeys(trustedText),
    openSources: () => openSources(transfer, listDirectory),
    tell: (trouble) => request.tell(troubleText(trouble)),
  });
}

async function openSources(transfer: TransferSettings, listDirectory: string): Promise<readonly ResultSource[]> {
  const { FileSource } = await import('../remote/file-source.ts');
  const { HttpSource } = await import('../remote/http-source.ts');
  const { ListCache } = await import('../remote/published-lists.ts');
  const { openHttpSession } = await import('../net/http-session.ts');
  const { connectMs, stallMs } = transfer.patience;
  const lists = new ListCache(listDirectory);
  return transfer.mirrors.map((address) => {
    const mayBeMissing = transfer.publishing?.targets.includes(address) ?? false;
    if (address.url.startsWith('file:')) return new FileSource(address.url, { mayBeMissing });
    const session = openHttpSession({ connections: 32, connectMs, stallMs, proxies: transfer.proxies });
    return new HttpSource({ address, lists, session });
  });
}

/** BB_NO_NETWORK leaves folders alone; SSTATE_MIRROR_ALLOW_NETWORK makes an exception for mirrors, as in BitBake. */
function withoutNetwork(urls: readonly string[], value: (name: string) => string): readonly string[] {
  const isYes = (name: string): boolean => /^(1|y|yes|true|on)$/i.test(value(name));
  const isOffline = isYes('BB_NO_NETWORK') && !isYes('SSTATE_MIRROR_ALLOW_NETWORK');
  return isOffline ? urls.filter((url) => url.startsWith('file:')) : urls;
}

function proxies(value: (name: string) => string): TransferSettings['proxies'] {
  const [http, https, none] = [value('http_proxy'), value('https_proxy'), value('no_proxy')];
  return { ...(http && { http }), ...(https && { https }), ...(none && { none }) };
}

async function patience(text: string): Promise<Patience> {
  const { usualPatience } = await import('../remote/patience.ts');
  if (text === '') return usualPatience;
  const seconds = Number(text);
  if (!(seconds > 0)) {
    throw StxError.of('invalid-value', `\`SSTATE_MIRROR_TIMEOUT\` is \`${text}\`, not a number of seconds`, {
      help: 'write a number such as "15": how long a mirror is waited for before the build goes on without it',
    });
  }
  const answerMs = seconds * 1000;
  const most = (ms: number): number => Math.min(ms, answerMs);
  const { connectMs, stallMs } = usualPatience;
  const leastBytes = (usualPatience.leastBytes / usualPatience.slowMs) * answerMs;
  return { connectMs: most(connectMs), stallMs: most(stallMs), answerMs, slowMs: answerMs, leastBytes };
}

async function publishing(
  { datastore, buildDirectory }: TeamCacheRequest,
  where: Pick<PublishSettings, 'targets' | 'listDirectory' | 'isSweep'>,
): Promise<PublishSettings> {
  const { isPublisherName } = await import('../remote/published-lists.ts');
  const named = datastore.get('SSTATE_PUBLISHER')?.trim() ?? '';
  const publisher = named === '' ? `${hostname()}-${sha256(buildDirectory).slice(0, 8)}` : named;
  if (!isPublisherName(publisher)) {
    throw StxError.of(
      'invalid-value',
      `\`SSTATE_PUBLISHER\` is \`${publisher}\`, which cannot name a file of a server`,
      {
        help: 'use letters, digits, `.`, `_` and `-`',
      },
    );
  }
  const keyFile = datastore.get('SSTATE_SIGNING_KEY')?.trim() ?? '';
  if (keyFile !== '') await readSigningKey(keyFile);
  return { ...where, publisher, signingKeyFile: keyFile === '' ? undefined : keyFile };
}

/** The key in a file. Throws StxError `bad-key` when there is none. */
export async function readSigningKey(path: string) {
  const { parseSigningKey } = await import('../sstate/result-signature.ts');
  const key = parseSigningKey(readText(path, 'the signing key'));
  if (key !== undefined) return key;
  throw StxError.of('bad-key', `\`${path}\` holds no signing key`, {
    help: '`stx-bake cache keygen NAME` makes one',
  });
}

async function readTrustedKeys(text: string): Promise<TrustedKeys> {
  if (text === '') return new Map();
  const { parseTrustedKey } = await import('../sstate/result-signature.ts');
  return new Map(
    text.split(/\s+/).map((word) => {
      const key = parseTrustedKey(word);
      if (key !== undefined) return key;
      throw StxError.of('bad-key', `\`SSTATE_TRUSTED_KEYS\` holds \`${word}\`, which is not a public key`, {
        help: 'write keys as `NAME:BASE64` with blanks between them, as `stx-bake cache keygen` prints them',
      });
    }),
  );
}

async function readCredentials(path: string): Promise<Credentials> {
  const { parseCredentials } = await import('../remote/mirror-address.ts');
  const fromFile = parseCredentials(path === '' ? '' : readText(path, 'the token file'));
  const token = process.env[tokenVariable]?.trim();
  return { ...fromFile, forWriting: token === undefined || token === '' ? fromFile.forWriting : token };
}

function readText(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw systemError(error, `reading ${what}`, path);
  }
}

function troubleText({ url, kind, reason }: MirrorTrouble): Diagnostic {
  const severity = 'warning';
  switch (kind) {
    case 'unusable':
      return {
        code: 'mirror-unusable',
        severity,
        message: `the mirror \`${url}\` cannot be used: ${reason}`,
        help: 'the build goes on without it; SSTATE_MIRRORS names the mirrors',
      };
    case 'damaged':
      return {
        code: 'mirror-unusable',
        severity,
        message: `the mirror \`${url}\` gave ${results(reason)} that ${reason === '1' ? 'is' : 'are'} damaged or of another program`,
        help: 'such results count as missing',
      };
    case 'untrusted':
      return {
        code: 'results-not-trusted',
        severity,
        message: `the mirror \`${url}\` gave ${results(reason)} that no trusted key signed`,
        help: 'such results count as missing; SSTATE_TRUSTED_KEYS names the keys, SSTATE_SIGNING_KEY signs what is published',
      };
    case 'not-whole':
      return {
        code: 'publish-failed',
        severity,
        message: `not every result of \`${url}\` was published: ${reason}`,
        help: '`stx-bake cache verify` sets aside what is damaged; its tasks run again',
      };
    case 'unpublished':
      return {
        code: 'publish-failed',
        severity,
        message: `results could not be published to \`${url}\`: ${reason}`,
        help: 'the build itself is not affected; `stx-bake cache publish` brings what is missing there later',
      };
  }
}

function results(count: string): string {
  return count === '1' ? 'a result' : `${count} results`;
}
