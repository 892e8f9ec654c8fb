import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Sha256Hex } from '../base/brands.ts';
import { systemClock } from '../base/clock.ts';
import { StxError } from '../base/stx-error.ts';
import { openLocalStore } from '../sstate/local-store.ts';
import { answer, type Exchange, type ServeLimits } from './request-context.ts';
import { sendBlob, takeBlob } from './serve-blob.ts';
import { batchCalls, sendResult, takeResult } from './serve-result.ts';
import { endSlowClients } from './slow-clients.ts';
import type { TokenCheck } from './tokens.ts';
import { Writers } from './writers.ts';

/** What a server of results is started with. */
export interface CacheServerSettings {
  /** The store, which builds may use at the same time. */
  readonly directory: string;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly tokens: TokenCheck;
  /** Reading needs a token as well. */
  readonly isPrivate: boolean;
  /** PEM texts; absent: plain HTTP. */
  readonly tls?: { readonly certificate: string; readonly key: string } | undefined;
  readonly limits: ServeLimits;
  /** Called with one line for each request that has ended. */
  log(line: string): void;
}

/** A server that takes requests. */
export interface CacheServer {
  readonly url: string;
  /** Takes no more connections, lets requests under way end for a while, then ends them. */
  close(): Promise<void>;
}

const headersMs = 10_000;
const keepAliveMs = 30_000;
const pathForm = /^\/(ac|cas)\/([0-9a-f]{64})$/;

/** Starts to serve a store. Throws StxError `serve-failed` when the address cannot be used. */
export async function startCacheServer(settings: CacheServerSettings): Promise<CacheServer> {
  const store = openLocalStore(settings.directory);
  const underWay = new Set<Promise<void>>();
  const writers = new Writers(settings.directory);
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const user = settings.tokens.nameOf(request.headers.authorization);
    const { directory, limits } = settings;
    const exchange = { request, response, store, directory, limits, user };
    if (user !== undefined) writers.seen();
    logWhenEnded(exchange, settings.log);
    const work: Promise<void> = route(exchange, settings.isPrivate)
      .catch((error: unknown) => failed(exchange, error))
      .finally(() => underWay.delete(work));
    underWay.add(work);
  };
  const options = {
    headersTimeout: headersMs,
    connectionsCheckingInterval: headersMs,
    requestTimeout: 0,
    keepAliveTimeout: keepAliveMs,
  };
  const server = settings.tls
    ? createSecureServer({ ...options, cert: settings.tls.certificate, key: settings.tls.key }, handle)
    : createServer(options, handle);
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    // Nobody sends a large body only to hear that it is not wanted.
    if (settings.tokens.nameOf(request.headers.authorization) !== undefined) response.writeContinue();
    handle(request, response);
  });
  server.maxConnections = settings.limits.connections;
  const watch = endSlowClients(server, settings.limits);
  await listen(server, settings);
  const { port } = server.address() as AddressInfo;
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  return {
    url: `${settings.tls ? 'https' : 'http'}://${host}:${port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), settings.limits.graceMs);
      await closed;
      await Promise.all(underWay);
      writers[Symbol.dispose]();
      clearTimeout(timer);
      watch.stop();
    },
  };
}

async function listen(
  server: ReturnType<typeof createServer>,
  { host, port }: Pick<CacheServerSettings, 'host' | 'port'>,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, resolve);
  await promise.catch((error: NodeJS.ErrnoException) => {
    const help = error.code === 'EADDRINUSE' ? 'another program listens there; choose another --listen' : undefined;
    throw StxError.of('serve-failed', `cannot listen on \`${host}:${port}\`: ${error.message}`, {
      origin: 'environment',
      ...(help !== undefined && { help }),
    });
  });
  server.off('error', reject);
}

async function route(exchange: Exchange, isPrivate: boolean): Promise<void> {
  const { method = '', url = '' } = exchange.request;
  const path = url.replace(/\?.*$/, '');
  if (isPrivate && exchange.user === undefined) return refuse(exchange);
  const batch = batchCalls.get(path);
  if (batch !== undefined) return method === 'POST' ? batch(exchange) : notAllowed(exchange, 'POST');
  if (path === '/status') return answer(exchange, 200, '{"service":"stx-bake cache","version":1}');
  const [, kind, name] = pathForm.exec(path) ?? [];
  if (kind === undefined || name === undefined) return answer(exchange, 404, 'not found');
  return entry(exchange, kind, name);
}

async function entry(exchange: Exchange, kind: string, name: string): Promise<void> {
  const { method } = exchange.request;
  if (method === 'GET' || method === 'HEAD') return (kind === 'cas' ? sendBlob : sendResult)(exchange, name);
  if (method !== 'PUT') return notAllowed(exchange, 'GET, HEAD, PUT');
  if (exchange.user === undefined) return refuse(exchange);
  return kind === 'cas' ? takeBlob(exchange, name as Sha256Hex) : takeResult(exchange, name);
}

function refuse(exchange: Exchange): void {
  exchange.response.setHeader('www-authenticate', 'Basic realm="stx-bake cache"');
  answer(exchange, 401, 'a token is needed');
}

function notAllowed(exchange: Exchange, methods: string): void {
  exchange.response.setHeader('allow', methods);
  answer(exchange, 405, 'not allowed here');
}

/** A client that went away is no news; a disk that refuses is told without its paths. */
function failed(exchange: Exchange, error: unknown): void {
  const isFull = error instanceof StxError && error.diagnostics[0]?.code === 'disk-full';
  if (exchange.request.destroyed && !exchange.request.complete) exchange.response.destroy();
  else answer(exchange, isFull ? 507 : 500, isFull ? 'no space left' : 'internal error');
}

function logWhenEnded({ request, response, user }: Exchange, log: (line: string) => void): void {
  const startMs = systemClock.monotonicMs();
  const { socket } = request;
  const writtenBefore = socket.bytesWritten;
  const from = socket.remoteAddress ?? '-';
  response.once('close', () => {
    const ms = Math.round(systemClock.monotonicMs() - startMs);
    const isWhole = response.writableFinished ? '' : ' cut-off';
    const target = (request.url ?? '')
      .replace(/\?.*$/, '')
      .replaceAll(/[^\x21-\x7e]/g, '?')
      .slice(0, 200);
    const bytes = `in=${request.headers['content-length'] ?? 0} out=${socket.bytesWritten - writtenBefore}`;
    log(
      `${new Date(systemClock.nowMs()).toISOString()} ${from} ${user ?? '-'} ${request.method} ${target} ${response.statusCode} ${bytes} ${ms}ms${isWhole}`,
    );
  });
}
