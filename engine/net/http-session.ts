import type { Readable } from 'node:stream';
import { type Dispatcher, EnvHttpProxyAgent, interceptors } from 'undici';
import type { Proxies } from './download.ts';
import { UrlError } from './download-error.ts';
import { networkFailure } from './network-failure.ts';

/** One request of a session; the URL may carry user and password. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: Uint8Array | Readable | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An answer that was read to its end. Header names are in lower case. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Takes an answer as it comes; what it throws ends the request. */
export interface HttpSink {
  /** False: the body is of no interest. */
  start(status: number, headers: Readonly<Record<string, string>>): boolean;
  /** False: the sink is full; `controller` of `receive` resumes when its promise settles. */
  data(chunk: Buffer): undefined | Promise<void>;
}

/** Kept connections to any servers. */
export interface HttpSession extends AsyncDisposable {
  /** The whole answer, of at most `most` bytes. Throws UrlError when there is none. */
  send(request: HttpRequest, most: number): Promise<HttpAnswer>;
  /**
   * Hands the answer to a sink, and resolves at its end. Throws UrlError when it breaks off, the reason of the signal, or
   * what the sink threw, as it is.
   */
  receive(request: HttpRequest, sink: HttpSink): Promise<void>;
}

/** How a session works: connections per server, and milliseconds to connect and without a byte. */
export interface SessionSettings {
  readonly connections: number;
  readonly connectMs: number;
  readonly stallMs: number;
  readonly proxies?: Proxies | undefined;
  /** PEM text of certificates to trust besides the usual ones. */
  readonly authority?: string | undefined;
}

/** Opens a session; `await using` closes its connections. */
export function openHttpSession(settings: SessionSettings): HttpSession {
  const { http, https, none } = settings.proxies ?? {};
  const agent = new EnvHttpProxyAgent({
    connect: {
      timeout: settings.connectMs,
      ...(settings.authority === undefined ? {} : { ca: settings.authority }),
    },
    allowH2: false,
    connections: settings.connections,
    ...(http === undefined ? {} : { httpProxy: http }),
    ...(https === undefined ? {} : { httpsProxy: https }),
    ...(none === undefined ? {} : { noProxy: none }),
  });
  const following = agent.compose(interceptors.redirect({ maxRedirections: 5 }));
  const receive = (request: HttpRequest, sink: HttpSink): Promise<void> => {
    const dispatcher = request.method === 'GET' || request.method === 'HEAD' ? following : agent;
    return dispatch(dispatcher, request, { sink, stallMs: settings.stallMs });
  };
  return {
    receive,
    send: (request, most) => collect(receive, request, most),
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

async function collect(
  receive: (request: HttpRequest, sink: HttpSink) => Promise<void>,
  request: HttpRequest,
  most: number,
): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  let head = { status: 0, headers: {} as Readonly<Record<string, string>> };
  await receive(request, {
    start: (status, headers) => {
      head = { status, headers };
      return true;
    },
    data: (chunk) => {
      size += chunk.byteLength;
      if (size > most) throw new UrlError('wrong-content', `sends more than ${most} bytes`);
      chunks.push(chunk);
      return undefined;
    },
  });
  return { ...head, body: Buffer.concat(chunks) };
}

interface Reception {
  readonly sink: HttpSink;
  readonly stallMs: number;
}

function dispatch(dispatcher: Dispatcher, request: HttpRequest, { sink, stallMs }: Reception): Promise<void> {
  const { url, headers } = withoutUser(request);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let started: Dispatcher.DispatchController | undefined;
  let wantsBody = true;
  /** Whatever ends the request first counts; the end of the connection that follows from it says nothing more. */
  const end = (error: unknown): void => {
    reject(error);
    started?.abort(error instanceof Error ? error : new Error(String(error)));
  };
  const onAbort = (): void => end(request.signal?.reason);
  if (request.signal?.aborted === true) return Promise.reject(request.signal.reason);
  request.signal?.addEventListener('abort', onAbort, { once: true });
  dispatcher.dispatch(
    {
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method,
      headers,
      body:
        request.body === undefined
          ? null
          : request.body instanceof Uint8Array
            ? Buffer.from(request.body)
            : request.body,
      headersTimeout: stallMs,
      bodyTimeout: stallMs,
    },
    {
      onRequestStart: (controller) => {
        started = controller;
        if (request.signal?.aborted === true) controller.abort(new Error('aborted'));
      },
      onResponseStart: (_controller, status, answered) => {
        if (status < 200) return;
        try {
          wantsBody = sink.start(status, flatten(answered));
        } catch (error) {
          end(error);
        }
      },
      onResponseData: (controller, chunk) => {
        if (!wantsBody) return;
        try {
          const full = sink.data(chunk);
          if (full === undefined) return;
          controller.pause();
          full.then(() => controller.resume(), end);
        } catch (error) {
          end(error);
        }
      },
      onResponseEnd: () => resolve(),
      onResponseError: (_controller, error) => end(networkFailure(error, { url: url.href, stallMs })),
    },
  );
  return promise.finally(() => request.signal?.removeEventListener('abort', onAbort));
}

function withoutUser(request: HttpRequest): { readonly url: URL; readonly headers: Record<string, string> } {
  const url = new URL(request.url);
  const headers: Record<string, string> = { 'user-agent': 'stx-bake', ...request.headers };
  if (url.username !== '') {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers['authorization'] ??= `Basic ${Buffer.from(pair).toString('base64')}`;
    url.username = '';
    url.password = '';
  }
  return { url, headers };
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Readonly<Record<string, string>> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
