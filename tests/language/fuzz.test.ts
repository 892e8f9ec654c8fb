import test from 'ava';
import { fuzz } from './fuzz.ts';

test('broken texts give diagnostics with places, and never a crash, a hang or an internal message', (t) => {
  const { tried, findings } = fuzz(2500, 20);
  t.deepEqual(findings, []);
  t.true(tried > 100, `${tried} texts were tried`);
});
