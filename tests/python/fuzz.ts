import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fuzzPython } from '../support/fuzz-python.ts';

/** `node tests/python/fuzz.ts --seconds N [--seed S]`: damaged programs and expressions; ends with 1 when one misbehaves. */
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } },
});
const folder = new URL('programs/', import.meta.url);
const programs = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'));
const expressions = readFileSync(new URL('expressions.txt', import.meta.url), 'utf8').split('\n');

const result = fuzzPython({
  programs,
  expressions,
  seed: Number(values.seed),
  milliseconds: Number(values.seconds) * 1000,
});
console.log(`${result.runs} texts, slowest ${result.slowest.toFixed(0)} ms, ${result.problems.length} problems`);
for (const { text, problem } of result.problems) console.log(`--- ${problem}\n${JSON.stringify(text)}`);
process.exitCode = result.problems.length === 0 ? 0 : 1;
