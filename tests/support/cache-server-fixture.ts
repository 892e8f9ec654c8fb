import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CacheServer, type CacheServerSettings, startCacheServer } from '../../engine/serve/cache-server.ts';
import { type ServeLimits, usualLimits } from '../../engine/serve/request-context.ts';
import { tokensFromFile } from '../../engine/serve/tokens.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** The token that the fixture's server takes. */
export const testToken = 'a-token-for-the-tests-of-the-server';

/** A running `cache serve` with its store and its access log. */
export interface ServedStore extends AsyncDisposable {
  readonly server: CacheServer;
  readonly url: string;
  readonly directory: string;
  readonly tokenFile: string;
  readonly log: readonly string[];
}

/** Starts a server over a fresh store, or over `directory`. */
export async function servedStore(
  more: Partial<Pick<CacheServerSettings, 'directory' | 'isPrivate' | 'tls'>> & {
    readonly limits?: Partial<ServeLimits>;
  } = {},
): Promise<ServedStore> {
  const folder = temporaryDirectory();
  const tokenFile = join(folder.path, 'tokens');
  writeFileSync(tokenFile, `# who may write\nci ${testToken}\n`);
  const directory = more.directory ?? join(folder.path, 'sstate');
  const log: string[] = [];
  const server = await startCacheServer({
    directory,
    host: '127.0.0.1',
    port: 0,
    tokens: tokensFromFile(tokenFile),
    isPrivate: more.isPrivate ?? false,
    tls: more.tls,
    limits: { ...usualLimits, graceMs: 2000, ...more.limits },
    log: (line) => void log.push(line),
  });
  return {
    server,
    url: server.url,
    directory,
    tokenFile,
    log,
    [Symbol.asyncDispose]: async () => {
      await server.close();
      folder[Symbol.dispose]();
    },
  };
}
