import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { askPython, expression } from '../support/generated-python.ts';

/** `node tests/python/record-generated.ts`: records what python3 answers to generated expressions. */
const codes = [...new Set(fc.sample(expression, { seed: 20, numRuns: 3000 }))];
const answers = askPython(codes);
if (answers === undefined) throw new Error('python3 is needed to record its answers');
const cases = codes.map((code, index) => ({ code, answer: answers[index] }));
const text = JSON.stringify({ command: 'node tests/python/record-generated.ts', cases }, undefined, 1);
writeFileSync(new URL('fixtures/generated.json', import.meta.url), `${text}\n`);
