import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** What happens to a request for a path; `nth` counts the requests for it from 1. */
export type Fault = (
  path: string,
  nth: number,
) => 'none' | 'wrong' | 'cut-off' | 'hang' | 'error' | 'dribble' | 'too-much' | 'half' | 'late' | 'gone';

/** A plain server over a folder that does not always do what it should. */
export interface FaultyMirror extends AsyncDisposable {
  readonly url: string;
  /** `PATH RANGE` of the requests for blobs, in their order. */
  readonly requests: readonly string[];
  /** Credentials of all requests. */
  readonly authorizations: readonly (string | undefined)[];
}

/** Serves a published folder on loopback, with faults. Ranges are understood. */
export async function faultyMirror(root: string, fault: Fault): Promise<FaultyMirror> {
  const counts = new Map<string, number>();
  const requests: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    authorizations.push(request.headers.authorization);
    const nth = (counts.get(path) ?? 0) + 1;
    counts.set(path, nth);
    if (path.startsWith('/cas/')) requests.push(`${path.slice(5, 9)} ${request.headers.range ?? 'all'}`);
    const content = contentOf(request, root);
    request.resume();
    const kind = fault(path, nth);
    if (kind === 'hang') return;
    const status = statusOf(kind, content);
    if (status !== 200 || content === undefined)
      setTimeout(() => response.writeHead(status).end(), kind === 'late' ? 400 : 0);
    else send(response, content, { kind, range: request.headers.range });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    authorizations,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function statusOf(kind: ReturnType<Fault>, content: Buffer | undefined): number {
  if (kind === 'error') return 500;
  return kind === 'gone' || kind === 'late' || content === undefined ? 404 : 200;
}

function send(
  response: ServerResponse,
  content: Buffer,
  how: { readonly kind: ReturnType<Fault>; readonly range: string | undefined },
): void {
  const from = Number(/^bytes=(\d+)-$/.exec(how.range ?? '')?.[1] ?? 0);
  const part = how.kind === 'wrong' ? content.map((byte) => byte ^ 1).subarray(from) : content.subarray(from);
  const extra = how.kind === 'too-much' ? 1 : 0;
  const length = how.kind === 'half' ? part.byteLength >> 1 : part.byteLength + extra;
  response.writeHead(from > 0 ? 206 : 200, {
    'content-length': length,
    ...(from > 0 && { 'content-range': `bytes ${from}-${content.byteLength - 1}/${content.byteLength}` }),
  });
  if (how.kind === 'cut-off')
    response.write(part.subarray(0, part.byteLength >> 1), () => response.socket?.destroySoon());
  else if (how.kind === 'half') response.end(part.subarray(0, length));
  else if (how.kind === 'too-much') response.end(Buffer.concat([part, Buffer.from('x')]));
  else if (how.kind === 'dribble') dribble(response, part);
  else response.end(part);
}

function dribble(response: ServerResponse, part: Uint8Array): void {
  let at = 0;
  const timer = setInterval(() => response.write(part.subarray(at, ++at)), 50);
  response.once('close', () => clearInterval(timer));
}

function contentOf({ method, url = '' }: IncomingMessage, root: string): Buffer | undefined {
  try {
    return method === 'GET' ? readFileSync(join(root, url)) : undefined;
  } catch {
    return undefined;
  }
}
