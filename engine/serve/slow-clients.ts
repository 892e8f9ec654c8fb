import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { systemClock } from '../base/clock.ts';
import type { ServeLimits } from './request-context.ts';

interface Watched {
  requests: number;
  bytes: number;
}

/** Ends connections that have a request under way and move almost nothing, so that they do not use up all there are. */
export function endSlowClients(
  server: Server,
  { slowMs, leastBytes }: Pick<ServeLimits, 'slowMs' | 'leastBytes'>,
): { stop(): void } {
  const sockets = new Map<Socket, Watched>();
  const busy = (socket: Socket, change: number): void => {
    const watched = sockets.get(socket);
    if (watched === undefined) return;
    watched.requests += change;
    watched.bytes = -1;
  };
  const watch = (socket: Socket): void => {
    sockets.set(socket, { requests: 0, bytes: -1 });
    socket.once('close', () => sockets.delete(socket));
  };
  server.on('connection', watch);
  server.on('secureConnection', watch);
  const begun = ({ socket, complete }: IncomingMessage): boolean => !complete && !socket.destroyed;
  const watchRequest = (request: IncomingMessage, response: ServerResponse): void => {
    busy(request.socket, 1);
    // An answer may end before the body that it refuses.
    response.once('close', () => {
      if (!begun(request)) busy(request.socket, -1);
      else request.once('close', () => busy(request.socket, -1));
    });
  };
  server.on('request', watchRequest);
  server.on('checkContinue', watchRequest);
  let checkedMs = systemClock.monotonicMs();
  const timer = setInterval(() => {
    const now = systemClock.monotonicMs();
    const isFair = now - checkedMs < 1.5 * slowMs;
    checkedMs = now;
    // What came while this process had no turn was not read: nobody is slow.
    if (!isFair) return;
    for (const [socket, watched] of sockets) {
      const bytes = socket.bytesRead + socket.bytesWritten;
      const isSlow = watched.requests > 0 && watched.bytes >= 0 && bytes - watched.bytes < leastBytes;
      watched.bytes = watched.requests > 0 ? bytes : -1;
      if (isSlow) socket.destroy();
    }
  }, slowMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
