import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { fileDigests } from '../../engine/app/file-digests.ts';
import { StxError } from '../../engine/base/stx-error.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test('a pipe or a device among the local sources is refused at once and named', async (t) => {
  using home = temporaryDirectory();
  const pipe = join(home.path, 'deep/pipe');
  mkdirSync(join(home.path, 'deep'));
  execFileSync('mkfifo', [pipe]);
  symlinkSync('/dev/null', join(home.path, 'device'));
  for (const [source, named] of [
    [home.path, pipe],
    [pipe, pipe],
    [join(home.path, 'device'), join(home.path, 'device')],
  ] as const) {
    const error = await t.throwsAsync(fileDigests().digest(source), { instanceOf: StxError });
    t.is(error?.diagnostics[0]?.code, 'unreadable-source');
    t.true(error?.message.includes(`\`${named}\``), error?.message);
  }
});
