import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { tracePath } from '../../engine/history/build-recorder.ts';
import { openHistory } from '../../engine/history/history.ts';
import { recordTasks } from '../support/recorded-build.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const program = fileURLToPath(new URL('../support/endless-recorder.ts', import.meta.url));
const rounds = 4;

test('a history whose writer is killed at any moment holds whole rows, and the next build goes on in it', async (t) => {
  using folder = temporaryDirectory();
  for (let round = 1; round <= rounds; round++) {
    const child = spawn(process.execPath, [program, folder.path], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    const delay = Math.random() * 60;
    setTimeout(() => child.kill('SIGKILL'), delay);
    await once(child, 'close');
    using history = openHistory(folder.path);
    const rows = history.tasks(round);
    t.true(rows.length > 0 && rows.length % 500 === 0, `${rows.length} rows after ${delay} ms`);
    t.deepEqual(
      rows.filter(({ signature }) => history.record(signature ?? '') === undefined),
      [],
    );
    t.deepEqual(history.notes(), []);
  }
  recordTasks(folder.path, [{ task: 'app:do_compile' }]);
  for (let build = 1; build <= rounds + 1; build++) t.true(existsSync(tracePath(folder.path, build)), `trace ${build}`);
  using history = openHistory(folder.path);
  t.deepEqual(
    history.builds().map(({ status }) => status),
    ['ok', ...Array(rounds).fill(undefined)],
  );
});
