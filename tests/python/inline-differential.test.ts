import { readFileSync } from 'node:fs';
import test from 'ava';
import { StxError } from '../../engine/base/stx-error.ts';
import { createDatastore } from '../../engine/datastore/datastore-builder.ts';
import { createInlineEvaluator } from '../../engine/python/evaluate-inline.ts';

interface Fixture {
  readonly variables: Readonly<Record<string, string>>;
  readonly cases: readonly { readonly code: string; readonly text?: string; readonly raises?: string }[];
}

const fixture: Fixture = JSON.parse(readFileSync(new URL('fixtures/expressions.json', import.meta.url), 'utf8'));
const evaluator = createInlineEvaluator();
const datastore = createDatastore({ evaluator, given: fixture.variables }).seal();

/** What our interpreter says, in the form of the fixture. */
function answer(code: string): { readonly text?: string; readonly raises?: string } {
  try {
    return { text: evaluator.evaluate(code, datastore, 'TEST') };
  } catch (error) {
    if (!(error instanceof StxError)) throw error;
    const { code: kind, message } = error.diagnostics[0]!;
    if (kind !== 'python-exception') return { raises: `${kind}: ${message}` };
    return { raises: /raised ([\w.]+)(?:: |$)/.exec(message.slice(message.lastIndexOf('` raised')))?.[1] ?? message };
  }
}

test('every recorded expression gives what CPython gives', (t) => {
  const wrong = fixture.cases.flatMap(({ code, text, raises }) => {
    const got = answer(code);
    return got.text === text && got.raises === raises ? [] : [{ code, text, raises, got }];
  });
  t.true(fixture.cases.length > 400);
  t.deepEqual(wrong, []);
});
