import { once } from 'node:events';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { StxError } from '../../base/stx-error.ts';
import { systemError } from '../../base/system-error.ts';
import { type CacheServerSettings, startCacheServer } from '../../serve/cache-server.ts';
import { type ServeLimits, usualLimits } from '../../serve/request-context.ts';
import { noTokens, tokensFromFile } from '../../serve/tokens.ts';
import { storeDirectory } from '../build-ports.ts';
import type { CacheServeCall } from '../command-line/command-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { abortOnSignals } from '../interrupt.ts';
import { openQuestion } from '../open-question.ts';

const defaultListen = '127.0.0.1:8480';
const stopping = '\nstx-bake: requests under way may end; once more to end at once\n';

/** `stx-bake cache serve`: until it is asked to stop. */
export async function cacheServeCommand(call: CacheServeCall): Promise<number> {
  const directory = call.store === undefined ? await configuredStore(call) : resolve(call.store);
  makeStore(directory);
  using interrupt = abortOnSignals(stopping);
  const log = await openLog(call);
  const server = await startCacheServer({
    directory,
    ...listenAddress(call.listen ?? defaultListen),
    tokens: call.tokenFile === undefined ? noTokens : tokensFromFile(call.tokenFile, warn),
    isPrivate: call.private,
    tls: tls(call),
    limits: limits(call),
    log,
  });
  const writers = call.tokenFile === undefined ? 'nobody may write' : 'those with a token may write';
  process.stderr.write(`stx-bake: serving ${directory} on ${server.url}; ${writers}\n`);
  if (!interrupt.signal.aborted) await once(interrupt.signal, 'abort');
  await server.close();
  return exitCodes.ok;
}

function warn(text: string): void {
  process.stderr.write(`stx-bake: ${text}\n`);
}

function makeStore(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    throw systemError(error, 'making the store', directory);
  }
}

async function configuredStore(call: CacheServeCall): Promise<string> {
  return storeDirectory((await openQuestion(call)).configuration('').base);
}

function listenAddress(text: string): Pick<CacheServerSettings, 'host' | 'port'> {
  const [, host, port] = /^(?:(.*):)?(\d{1,5})$/.exec(text) ?? [];
  if (port !== undefined && Number(port) < 65_536) {
    return { host: (host ?? '127.0.0.1').replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
  }
  throw StxError.of('bad-option', `\`--listen\` cannot be \`${text}\``, {
    help: 'write ADDRESS:PORT, such as `0.0.0.0:8480` or `[::]:8480`',
  });
}

function tls({ tlsCert, tlsKey }: CacheServeCall): CacheServerSettings['tls'] {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw StxError.of('bad-option', 'https needs both `--tls-cert` and `--tls-key`', {
      help: 'name the file of the certificate chain and that of its key',
    });
  }
  return { certificate: readText(tlsCert, 'the certificate'), key: readText(tlsKey, 'the key of the certificate') };
}

function limits({ maxConnections, maxBlob }: CacheServeCall): ServeLimits {
  const mebibyte = 1 << 20;
  return {
    ...usualLimits,
    connections: positive(maxConnections, '--max-connections') ?? usualLimits.connections,
    blobBytes: (positive(maxBlob, '--max-blob') ?? usualLimits.blobBytes / mebibyte) * mebibyte,
  };
}

function positive(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw StxError.of('bad-option', `\`${option}\` cannot be \`${text}\``, { help: 'write a whole number above zero' });
}

function readText(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw systemError(error, `reading ${what}`, path);
  }
}

/** A log that cannot be written any more does not end the server. */
async function openLog({ accessLog, quiet }: CacheServeCall): Promise<(line: string) => void> {
  if (accessLog === undefined) return quiet ? () => undefined : (line) => void process.stdout.write(`${line}\n`);
  const stream = createWriteStream(accessLog, { flags: 'a' });
  await once(stream, 'open').catch((error: unknown) => {
    throw systemError(error, 'opening the access log', accessLog);
  });
  stream.on('error', () => undefined);
  return (line) => void stream.write(`${line}\n`);
}
