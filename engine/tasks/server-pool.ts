import { hostGrantsServers } from './guarded-command.ts';
import { ProgramServer } from './program-server.ts';

/** More idle ones are not kept: a thread that has just run many programs at once needs one again. */
const mostIdle = 2;
/** The idle servers of this thread, by their namespaces. */
const idle = new Map<string, ProgramServer[]>();

/**
 * A server with these namespaces (options of `unshare`) that does nothing; it is the caller's until it is given back. Undefined: the host
 * grants no namespaces, or its temporary folder takes no file.
 */
export function takeServer(namespaces: readonly string[]): ProgramServer | undefined {
  if (!hostGrantsServers()) return undefined;
  const kept = idle.get(namespaces.join(' '));
  for (let server = kept?.pop(); server !== undefined; server = kept?.pop()) {
    if (!server.isGone) return server;
  }
  try {
    return new ProgramServer(namespaces);
  } catch {
    return undefined;
  }
}

/** Keeps a server for the next program; one that cannot run another is ended. */
export function giveBackServer(server: ProgramServer, namespaces: readonly string[]): void {
  const kind = namespaces.join(' ');
  const kept = idle.get(kind) ?? [];
  idle.set(kind, kept);
  if (!server.isGone && kept.length < mostIdle && server.isUnchanged()) kept.push(server);
  else server.signal('SIGKILL');
}
