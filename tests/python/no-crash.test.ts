import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { fuzzPython } from '../support/fuzz-python.ts';

const folder = new URL('programs/', import.meta.url);

test('damaged programs and expressions work or fail with a diagnostic, and never crash', (t) => {
  const programs = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'));
  const expressions = readFileSync(new URL('expressions.txt', import.meta.url), 'utf8').split('\n');
  const { problems, runs } = fuzzPython({ programs, expressions, seed: 7, milliseconds: 20_000, maxRuns: 1500 });
  t.true(runs > 100);
  t.deepEqual(problems, []);
});
