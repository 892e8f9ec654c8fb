import { readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { StxError } from '../../engine/base/stx-error.ts';
import { createDatastore } from '../../engine/datastore/datastore-builder.ts';
import { createPythonRuntime } from '../../engine/python/python-runtime.ts';
import { askPython, expression } from '../support/generated-python.ts';

const runtime = createPythonRuntime();
const datastore = createDatastore({ evaluator: runtime, given: {} }).seal();

/** `repr` of the value, or the type of the exception; nothing for what the subset leaves out on purpose. */
function answer(code: string): string | undefined {
  try {
    return runtime.evaluate(`repr((lambda x: ${code})('x y'))`, datastore, 'TEST');
  } catch (error) {
    if (!(error instanceof StxError)) throw error;
    const { code: kind, message } = error.diagnostics[0]!;
    if (kind === 'unsupported-python') return undefined;
    if (kind === 'python-syntax') return 'SyntaxError';
    return /.*raised ([\w.]+)(?:: |$)/s.exec(message)?.[1] ?? kind;
  }
}

function differences(cases: readonly { readonly code: string; readonly answer: string }[]) {
  return cases.flatMap(({ code, answer: expected }) => {
    const got = answer(code);
    return got === undefined || got === expected ? [] : [{ code, expected, got }];
  });
}

test('generated expressions give what CPython gave when they were recorded', (t) => {
  const { cases } = JSON.parse(readFileSync(new URL('fixtures/generated.json', import.meta.url), 'utf8'));
  t.true(cases.length > 1000);
  t.deepEqual(differences(cases).slice(0, 12), []);
});

test('generated expressions give what the python3 of this machine gives', (t) => {
  const codes = fc.sample(expression, { numRuns: 300, seed: 4711 });
  const answers = askPython(codes);
  const cases = answers === undefined ? [] : codes.map((code, index) => ({ code, answer: answers[index] ?? '' }));
  t.deepEqual(differences(cases).slice(0, 12), []);
});
