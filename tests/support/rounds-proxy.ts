import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** A loopback proxy that delays what clients send, and counts how often they had to wait for it. */
export interface RoundsProxy extends AsyncDisposable {
  readonly url: string;
  /** Round trips so far: what is sent while one is under way belongs to it. */
  rounds(): number;
  connections(): number;
}

/** A proxy in front of `target` (`http://HOST:PORT`): whatever clients send is passed on `delayMs` after a round began. */
export async function roundsProxy(target: string, delayMs: number): Promise<RoundsProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let rounds = 0;
  let connections = 0;
  let waiting: (() => void)[] | undefined;
  const inRound = (pass: () => void): void => {
    if (waiting === undefined) {
      rounds++;
      const round: (() => void)[] = [];
      waiting = round;
      setTimeout(() => {
        waiting = undefined;
        for (const each of round) each();
      }, delayMs);
    }
    waiting.push(pass);
  };
  const server = createServer((client) => {
    connections++;
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => inRound(() => upstream.write(chunk)));
    upstream.on('data', (chunk) => client.write(chunk));
    client.on('end', () => inRound(() => upstream.end()));
    upstream.on('end', () => client.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rounds: () => rounds,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
