import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { StxError } from '../../engine/base/stx-error.ts';
import { createDatastore } from '../../engine/datastore/datastore-builder.ts';
import { createPythonRuntime } from '../../engine/python/python-runtime.ts';

interface Fixture {
  readonly programs: Readonly<Record<string, { readonly output: readonly string[]; readonly raises: string | null }>>;
}

const fixture: Fixture = JSON.parse(readFileSync(new URL('fixtures/programs.json', import.meta.url), 'utf8'));
const folder = new URL('programs/', import.meta.url);
const runtime = createPythonRuntime();

/** What a program prints in our interpreter, and how it ends. */
function run(name: string, text: string): Fixture['programs'][string] {
  const output: string[] = [];
  const datastore = createDatastore({ evaluator: runtime, given: {} });
  try {
    runtime.execute(
      { text, name },
      { datastore, host: { log: (message) => output.push(...message.text.split('\n')) } },
    );
  } catch (error) {
    if (!(error instanceof StxError)) throw error;
    return { output, raises: error.message };
  }
  return { output, raises: null };
}

test('every program has a recorded answer', (t) => {
  const files = readdirSync(folder).map((file) => file.replace(/\.py$/, ''));
  t.deepEqual(files.sort(), Object.keys(fixture.programs).sort());
});

for (const [name, expected] of Object.entries(fixture.programs)) {
  test(`the program ${name} prints what it prints in CPython`, (t) => {
    t.deepEqual(run(name, readFileSync(new URL(`${name}.py`, folder), 'utf8')), expected);
  });
}
