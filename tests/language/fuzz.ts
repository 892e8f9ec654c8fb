import { parseArgs } from 'node:util';
import { fuzzLanguage } from '../support/fuzz-language.ts';

/** `node tests/language/fuzz.ts --seconds N [--seed S]`: broken recipe texts; ends with 1 when one is not borne. */
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string', default: `${Date.now()}` } },
});
const { tried, findings } = fuzzLanguage(Number(values.seconds) * 1000, Number(values.seed));
for (const { kind, text, problem } of findings) console.log(`${problem} (${kind}): ${JSON.stringify(text)}`);
console.log(`${tried} texts from seed ${values.seed}, ${findings.length} findings`);
process.exitCode = findings.length > 0 ? 1 : 0;
