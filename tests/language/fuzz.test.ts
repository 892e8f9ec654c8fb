import test from 'ava';
import { fuzzLanguage } from '../support/fuzz-language.ts';

test('broken texts give diagnostics with places, and never a crash, a hang or an internal message', (t) => {
  const { tried, findings } = fuzzLanguage(2500, 20);
  t.deepEqual(findings, []);
  t.true(tried > 100, `${tried} texts were tried`);
});
