import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../engine/base/sha256.ts';
import { StxError } from '../../engine/base/stx-error.ts';
import { download } from '../../engine/net/download.ts';
import { run as unpack } from '../../engine/tasks/unpack/unpack.ts';
import { httpFixture } from './http-fixture.ts';
import { taskContext } from './task-context.ts';
import { mountTiny } from './tiny-file-system.ts';

/** Script for `runWithMounts`: downloads or unpacks two megabytes onto one, and prints the code and what is left. */
const [action = '', directory = ''] = process.argv.slice(2);
const small = join(directory, 'small');
mkdirSync(small);
mountTiny(small);
const body = randomBytes(2_000_000);

async function downloadTooMuch(): Promise<unknown> {
  await using server = await httpFixture();
  server.serve('/big', { kind: 'file', body });
  return await download({ urls: [`${server.url}/big`], path: join(small, 'big'), sha256: sha256(body), retries: 1 });
}

async function unpackTooMuch(): Promise<unknown> {
  const source = join(directory, 'big.tar');
  const content = join(directory, 'content');
  mkdirSync(content);
  writeFileSync(join(content, 'big'), body);
  const { execFileSync } = await import('node:child_process');
  execFileSync('tar', ['-cf', source, '-C', directory, 'content']);
  const LOCAL_SOURCES = JSON.stringify([{ uri: 'file://big.tar', path: source, name: 'big.tar' }]);
  return await unpack(
    taskContext({
      SRC_URI: 'file://big.tar',
      LOCAL_SOURCES,
      DL_DIR: directory,
      WORKDIR: small,
      S: join(small, 'content'),
    }),
  );
}

const code = await (action === 'unpack' ? unpackTooMuch() : downloadTooMuch()).then(
  () => 'ok',
  (error: unknown) => (error instanceof StxError ? error.diagnostics[0]?.code : String(error)),
);
console.log(JSON.stringify({ code, names: readdirSync(small) }));
