import { readdirSync } from 'node:fs';
import test from 'ava';
import { taskTypeTable } from '../../engine/task-types/task-type-table.ts';

const folder = new URL('../../engine/task-types/', import.meta.url);

test('every record file has its row in the table under its own name', (t) => {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.startsWith('task-type'))
    .map((name) => name.slice(0, -'.ts'.length));
  t.deepEqual([...taskTypeTable.keys()].sort(), files.sort());
});

test('no variable is declared both as hashed and as unhashed', (t) => {
  for (const type of taskTypeTable.values()) {
    const twice = type.variables.filter((name) => type.unhashedVariables.includes(name));
    t.deepEqual(twice, [], type.name);
    t.is(new Set(type.variables).size, type.variables.length, type.name);
  }
});
