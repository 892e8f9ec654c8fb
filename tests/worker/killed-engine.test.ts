import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import { leftAfter } from '../support/after-kill.ts';

const runner = join(import.meta.dirname, '../support/run-guarded.ts');

// Starting takes about 20 ms on an idle machine, where most rounds kill, and several times that on a busy one; a program killed before it has asked for its parent's death signal would stay.
for (const kind of ['sandboxed', 'plain', 'later'])
  test.serial(`an engine killed at any moment while a ${kind} program starts leaves none of it`, async (t) => {
    const rounds = 80;
    const spanMs = 300;
    let begun = 0;
    for (let round = 0; round < rounds; round++) {
      const seconds = `4${kind.length}${process.pid}.${round}`;
      const engine = spawn(process.execPath, [runner, seconds, kind], { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(engine.stdout, 'data');
      const afterMs = spanMs * (round / rounds) ** 2;
      const until = performance.now() + afterMs;
      while (performance.now() < until) await setTimeout(0);
      engine.kill('SIGKILL');
      await once(engine, 'close');
      if ((await leftAfter({ path: seconds }, 0)).length > 0) begun++;
      t.deepEqual(await leftAfter({ path: seconds }, 3000), [], `killed ${afterMs} ms after the start`);
    }
    t.true(begun > 0, 'some engine was killed after its program had begun to start');
  });
