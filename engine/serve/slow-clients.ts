import type { Server } from 'node:http';
import type { Socket } from 'node:net';
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
  server.on('request', (request, response) => {
    busy(request.socket, 1);
    response.once('close', () => busy(request.socket, -1));
  });
  const timer = setInterval(() => {
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
