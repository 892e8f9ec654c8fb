import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LocalStore } from '../sstate/local-store.ts';

/** What the server offers and how much it takes. */
export interface ServeLimits {
  /** Of one uploaded blob, as plain content. */
  readonly blobBytes: number;
  readonly connections: number;
  /** For requests under way when the server ends. */
  readonly graceMs: number;
  /** A request that moves fewer than `leastBytes` in this time is ended. */
  readonly slowMs: number;
  readonly leastBytes: number;
}

/** What is taken when nothing else is said. */
export const usualLimits: ServeLimits = {
  blobBytes: 16 * 1024 ** 3,
  connections: 512,
  graceMs: 10_000,
  slowMs: 30_000,
  leastBytes: 1 << 10,
};

/** One request with what answers it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly directory: string;
  readonly store: LocalStore;
  readonly limits: ServeLimits;
  /** Name of who may write; absent: the request may only read. */
  readonly user: string | undefined;
}

/** So much of a body is read behind an answer that refuses it: whoever still sends then has not listened. */
const mostDropped = 4 << 20;

/**
 * Ends an answer with a short text. What is left of the request's body is read and dropped, so that the client gets to
 * read the answer; of one that is refused only a part.
 */
export function answer(exchange: Pick<Exchange, 'request' | 'response'>, status: number, text: string): void {
  const { request, response } = exchange;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = text === '' ? '' : `${text}\n`;
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  response.end(request.method === 'HEAD' ? '' : body);
  let left = status < 400 ? Number.POSITIVE_INFINITY : mostDropped;
  request.on('data', (chunk: Buffer) => {
    left -= chunk.byteLength;
    if (left < 0) request.socket.destroy();
  });
  request.resume();
}

/** The body of a request as it comes; whoever stops reading can still answer. Rejects when the client goes away. */
export function bodyOf({ request }: Pick<Exchange, 'request'>): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}

/** The whole body of a request; `undefined` after answering that it is too large. Rejects when the client goes away. */
export async function readBody(exchange: Exchange, most: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of bodyOf(exchange)) {
    size += chunk.byteLength;
    if (size > most) {
      tooLarge(exchange, most);
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Says that a body is too large. */
export function tooLarge(exchange: Pick<Exchange, 'request' | 'response'>, most: number): void {
  answer(exchange, 413, `the body is larger than ${most} bytes`);
}
