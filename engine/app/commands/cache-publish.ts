import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { StxError } from '../../base/stx-error.ts';
import { storeDirectory } from '../build-ports.ts';
import type { CachePublishCall } from '../command-line/command-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { abortOnSignals } from '../interrupt.ts';
import { openQuestion } from '../open-question.ts';
import { printDiagnostics } from '../say-diagnostics.ts';
import { openTeamCache } from '../team-cache.ts';

/** `stx-bake cache publish [URL]...`: what a mirror has of it already is not sent again. */
export async function cachePublishCommand(call: CachePublishCall): Promise<number> {
  const { base } = (await openQuestion(call)).configuration('');
  const directory = storeDirectory(base);
  let failures = 0;
  await using team = await openTeamCache({
    datastore: base.datastore,
    buildDirectory: base.value('TOPDIR') ?? process.cwd(),
    storeDirectory: directory,
    publishTo: call.words,
    tell: (diagnostic) => {
      if (diagnostic.code === 'publish-failed') failures++;
      printDiagnostics([diagnostic]);
    },
  });
  if (team === undefined) {
    throw StxError.of('bad-argument', 'there is nowhere to publish to', {
      help: 'name a URL, or set SSTATE_PUBLISH in conf/local.conf',
    });
  }
  using interrupt = abortOnSignals();
  const keys = await storedKeys(directory);
  for (const key of keys) team.publish(key);
  const stopped = new Promise<undefined>((resolve) =>
    interrupt.signal.addEventListener('abort', () => resolve(undefined)),
  );
  const published = await Promise.race([team.finish(), stopped]);
  if (published === undefined) return exitCodes.interrupted;
  const { results, bytes } = published;
  process.stdout.write(
    `stx-bake: ${keys.length} results here, ${results} were sent (${(bytes / 1e6).toFixed(1)} MB)\n`,
  );
  return failures > 0 ? exitCodes.environment : exitCodes.ok;
}

async function storedKeys(directory: string): Promise<readonly string[]> {
  const names = await readdir(join(directory, 'ac'), { recursive: true }).catch(() => []);
  return names.map((name) => name.slice(name.lastIndexOf('/') + 1)).filter((name) => /^[0-9a-f]{64}$/.test(name));
}
