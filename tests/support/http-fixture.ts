import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with one request. */
export type Behaviour =
  | { readonly kind: 'file'; readonly body: Uint8Array; readonly range?: boolean; readonly etag?: string }
  | { readonly kind: 'cut-off'; readonly body: Uint8Array; readonly after: number; readonly etag?: string }
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'redirect'; readonly to: string }
  /** Takes the request and never answers; with a body it sends that much and then nothing more. */
  | { readonly kind: 'hang'; readonly body?: Uint8Array; readonly after?: number };

/** A request as the server saw it. */
export interface SeenRequest {
  readonly path: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
  readonly host: string | undefined;
}

/** A loopback server with a behaviour per path; of a list each request takes the next, the last one stays. */
export interface HttpFixture extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  readonly connections: () => number;
  serve(path: string, ...behaviours: readonly Behaviour[]): void;
}

export async function httpFixture(): Promise<HttpFixture> {
  const routes = new Map<string, Behaviour[]>();
  const requests: SeenRequest[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/^http:\/\/[^/]*/, '');
    const { range, authorization, host } = request.headers;
    requests.push({ path, range, authorization, host });
    const list = routes.get(path.replace(/\?.*$/, '')) ?? [];
    const behaviour = list.length > 1 ? list.shift() : list[0];
    answer(behaviour ?? { kind: 'status', status: 404 }, request, response);
  });
  server.on('connection', () => {
    connections++;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests,
    connections: () => connections,
    serve: (path, ...behaviours) => void routes.set(path, [...behaviours]),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An address at which nothing listens. */
export async function closedPort(): Promise<string> {
  const fixture = await httpFixture();
  await fixture[Symbol.asyncDispose]();
  return fixture.url;
}

function answer(behaviour: Behaviour, request: IncomingMessage, response: ServerResponse): void {
  switch (behaviour.kind) {
    case 'status':
      response.writeHead(behaviour.status, behaviour.headers).end('no');
      return;
    case 'redirect':
      response.writeHead(302, { location: behaviour.to }).end();
      return;
    case 'hang':
      if (behaviour.body === undefined) return;
      response.writeHead(200, { 'content-length': behaviour.body.byteLength });
      response.write(behaviour.body.subarray(0, behaviour.after ?? 0));
      return;
    case 'cut-off':
      sendFile(behaviour, request, response, behaviour.after);
      return;
    case 'file':
      sendFile(behaviour, request, response, undefined);
  }
}

function sendFile(
  file: { readonly body: Uint8Array; readonly range?: boolean; readonly etag?: string },
  request: IncomingMessage,
  response: ServerResponse,
  cutAfter: number | undefined,
): void {
  const { body, etag } = file;
  const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
  const stillSame = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
  const from = asked !== undefined && file.range !== false && stillSame ? Number(asked) : 0;
  if (from > 0 && from >= body.byteLength) {
    response.writeHead(416).end();
    return;
  }
  const part = body.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, {
    'content-length': part.byteLength,
    ...(from > 0 ? { 'content-range': `bytes ${from}-${body.byteLength - 1}/${body.byteLength}` } : {}),
    ...(etag === undefined ? {} : { etag }),
  });
  if (cutAfter === undefined) response.end(part);
  else response.write(part.subarray(0, cutAfter), () => response.socket?.destroySoon());
}
