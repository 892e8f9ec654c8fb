import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { attributesName } from '../../engine/sstate/attributes.ts';
import { captureFor, restoreFor } from '../../engine/worker/thread/store-call.ts';
import { orderIn } from '../support/task-orders.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const isRoot = process.getuid?.() === 0;

/** As user 0 of the ids that a fakeroot task of this user has. */
function asFakeroot(script: string, directory: string): string {
  const command = ['sh', '-c', `umask 022; cd "$1"; ${script}`, 'sh', directory];
  const [program = '', ...args] = isRoot
    ? command
    : ['unshare', '--user', '--map-auto', '--map-root-user', '--', ...command];
  return execFileSync(program, args, { encoding: 'utf8' });
}

/** What root and an ordinary user must both get for the tree below. */
const output = '4e20dc42d570854b19bd0849c80307cb6375f5d9b1fa75cbe4859bf052571f9d';

test('a fakeroot task gives the same result for root and an ordinary user, and comes back with its owners', async (t) => {
  using home = temporaryDirectory();
  chmodSync(home.path, 0o755);
  asFakeroot(
    'mkdir from; cd from; echo a > own; echo b > shadow; chown 33:42 shadow; chmod 600 shadow; mkdir private; echo c > private/x; chown -R 7:8 private; chmod 700 private; mkfifo -m 640 pipe; ln own second',
    home.path,
  );
  const signal = new AbortController().signal;
  const [from, to] = [join(home.path, 'from'), join(home.path, 'to')];
  const base = { ...orderIn(home.path, { kind: 'nothing' }), owned: true, storePath: join(home.path, 'store') };
  const captured = await captureFor({ ...base, outputs: [{ from, to: from }] }, signal);
  t.is(captured.output.hash as string, output);
  const target = { tree: captured.trees[0]!, attributes: captured.files[attributesName(0)], directory: to };
  const order = { ...base, outputs: [{ from: to, to }] };
  t.is(await restoreFor(order, [target], signal), undefined);
  t.deepEqual((await captureFor(order, signal)).output, captured.output);
  const seen = asFakeroot('stat -c "%n %u:%g %a" own shadow private private/x pipe', to);
  t.deepEqual(seen.trim().split('\n'), [
    'own 0:0 644',
    'shadow 33:42 600',
    'private 7:8 700',
    'private/x 7:8 644',
    'pipe 0:0 640',
  ]);
  asFakeroot('rm -rf from to', home.path);
  t.false(existsSync(to));
});
