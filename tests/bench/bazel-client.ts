import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testToken } from '../support/cache-server-fixture.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/**
 * Bazel as a client of `cache serve`: `node tests/bench/bazel-client.ts` (needs `bazel`, such as Debian's bazel-bootstrap). One
 * checkout builds and uploads, a second one must get everything from the server. Exits with 1 when it does not.
 */
const program = fileURLToPath(new URL('../../engine/app/main.ts', import.meta.url));
using folder = temporaryDirectory();
const work = join(folder.path, 'work');
mkdirSync(work);
writeFileSync(join(work, 'WORKSPACE'), '');
writeFileSync(join(work, 'in.txt'), 'hello\n');
writeFileSync(
  join(work, 'BUILD'),
  'genrule(name = "a", srcs = ["in.txt"], outs = ["a.txt"], cmd = "cat $(SRCS) $(SRCS) > $@")\n' +
    'genrule(name = "b", srcs = ["a.txt"], outs = ["b.txt"], cmd = "wc $(SRCS) > $@")\n',
);
const tokens = join(folder.path, 'tokens');
writeFileSync(tokens, `bazel ${testToken}\n`);
const store = ['--store', join(folder.path, 'sstate'), '--listen', '127.0.0.1:0', '--token-file', tokens];
const server = spawn(process.execPath, [program, 'cache', 'serve', '--quiet', ...store], {
  stdio: ['ignore', 'ignore', 'pipe'],
});
const [said] = (await once(server.stderr, 'data')) as [Buffer];
const url = / on (http:\S+);/.exec(said.toString())?.[1] ?? '';

build('one', [`--remote_header=Authorization=Bearer ${testToken}`]);
const again = build('two', ['--noremote_upload_local_results']);
server.kill('SIGTERM');
await once(server, 'close');
const hits = /2 remote cache hit/.test(again);
console.log(hits ? 'Bazel got both results from the server' : again);
process.exitCode = hits ? 0 : 1;

function build(checkout: string, options: readonly string[]): string {
  const root = `--output_user_root=${join(folder.path, checkout)}`;
  const args = ['--batch', root, 'build', `--remote_cache=${url}`, ...options, '//:b'];
  const { status, stderr } = spawnSync('bazel', args, { cwd: work, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stderr;
}
