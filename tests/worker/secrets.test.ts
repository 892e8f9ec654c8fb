import { statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { createWorkerPool } from '../../engine/worker/worker-pool.ts';
import { borrowedRoot, orderIn, shellWork } from '../support/task-orders.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const pool = createWorkerPool({ threads: 2 });
test.after.always(() => pool[Symbol.asyncDispose]());

const script = `cat /proc/[0-9]*/cmdline > all 2>/dev/null || true
[ "$SECRET" = hidden-in-environment ]
if grep -q -a "hidden-in-""environment" all; then exit 1; fi
[ "$PATH" = /usr/bin:/bin ]
[ -z "\${HOME-}" ]`;
const kinds = {
  'without a sandbox': () => undefined,
  'in the sandbox': (directory: string) => borrowedRoot(directory),
  'in the sandbox with all ids': (directory: string) => borrowedRoot(directory, { allIds: true }),
};

for (const [name, sandboxIn] of Object.entries(kinds))
  test(`values of the environment of a task ${name} stand in no argument vector, and its script is private`, async (t) => {
    using directory = temporaryDirectory();
    const environment = { SECRET: 'hidden-in-environment', PATH: '/usr/bin:/bin' };
    const order = orderIn(directory.path, shellWork(script, sandboxIn(directory.path)), { environment });
    const outcome = await pool.start(order, () => undefined).done;
    t.is(outcome.status, 'ok', JSON.stringify(outcome));
    t.is(statSync(join(directory.path, 'temp', `run.do_x.${process.pid}`)).mode & 0o777, 0o700);
  });
