import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { damagedEntries, filesBelow } from '../support/after-kill.ts';
import { type Run, TestProject, toyLayer } from '../support/test-project.ts';

const damages: readonly {
  readonly what: string;
  readonly folder: 'cas' | 'ac';
  damage(path: string): void;
}[] = [
  { what: 'a truncated blob', folder: 'cas', damage: (path) => truncateSync(path, 5) },
  { what: 'a lost blob', folder: 'cas', damage: (path) => rmSync(path) },
  { what: 'a blob with other bytes of the same length', folder: 'cas', damage: invert },
  { what: 'a truncated result', folder: 'ac', damage: (path) => truncateSync(path, 80) },
  { what: 'a garbled result', folder: 'ac', damage: invert },
];

function invert(path: string): void {
  writeFileSync(
    path,
    readFileSync(path).map((byte) => byte ^ 0xff),
  );
}

/** A build that has only the store to start from. */
function buildAfresh(project: TestProject): Promise<Run> {
  rmSync(join(project.path, 'build/tmp'), { recursive: true });
  return project.run(['app']);
}

for (const { what, folder, damage } of damages)
  test.serial(`after ${what} in sstate a build makes anew what it cannot restore, and heals the store`, async (t) => {
    await using project = new TestProject(toyLayer);
    const first = await project.run(['app']);
    t.is(first.status, 0, first.output);
    const right = project.read('build/tmp/out/app/result');
    for (const path of filesBelow(join(project.path, 'build/sstate', folder))) damage(path);
    const second = await buildAfresh(project);
    t.is(second.status, 0, second.output);
    t.true(second.ran.includes('app:do_stage') && second.ran.includes('lib:do_stage'), second.output);
    t.is(project.read('build/tmp/out/app/result'), right);
    // A blob that looks whole is found out when it is read, so the store may need one more turn.
    for (let turn = 0; turn < 2 && damagedEntries(project).length > 0; turn++) await buildAfresh(project);
    t.deepEqual(damagedEntries(project), []);
    t.deepEqual((await buildAfresh(project)).ran, []);
    t.is(project.read('build/tmp/out/app/result'), right);
  });
