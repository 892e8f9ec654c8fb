import test from 'ava';
import fc from 'fast-check';
import { canonicalJson, compareCodePoints } from '../../engine/base/canonical-json.ts';

const words = fc.string({
  unit: fc.constantFrom('a', 'b', 'é', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}'),
});

test('texts are ordered as their UTF-8 bytes are', (t) => {
  fc.assert(
    fc.property(words, words, (a, b) => {
      const expected = Buffer.compare(Buffer.from(a), Buffer.from(b));
      t.is(Math.sign(compareCodePoints(a, b)), expected);
    }),
  );
  t.is(compareCodePoints('a', 'a'), 0);
});

test('canonical JSON reads back, whatever the order of keys, and leaves absent fields out', (t) => {
  fc.assert(
    fc.property(fc.dictionary(words, fc.jsonValue()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).reverse());
      t.is(canonicalJson(value as never), canonicalJson(turned as never));
      t.deepEqual(JSON.parse(canonicalJson(value as never)), JSON.parse(JSON.stringify(value)));
    }),
  );
  t.is(canonicalJson({ b: 1, a: undefined, '\u{10000}': [], '\uffff': {} }), '{"b":1,"\uffff":{},"\u{10000}":[]}');
});
