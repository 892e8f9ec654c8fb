import { PassThrough } from 'node:stream';
import test from 'ava';
import fc from 'fast-check';
import { FrameReader, sendFrame } from '../../engine/worker/thread/frames.ts';

test('law: frames come out as they went in, however the bytes are cut', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue(), { maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 9 })),
      (values, cuts) => {
        const stream = new PassThrough();
        for (const value of values) sendFrame(stream, value);
        let rest = (stream.read() as Buffer | null) ?? Buffer.alloc(0);
        const reader = new FrameReader();
        const found: unknown[] = [];
        for (let turn = 0; rest.length > 0; turn++) {
          const size = cuts[turn % Math.max(cuts.length, 1)] ?? rest.length;
          found.push(...reader.take(rest.subarray(0, size)));
          rest = rest.subarray(size);
        }
        t.deepEqual(found, JSON.parse(JSON.stringify(values)));
      },
    ),
  );
});

test('bytes that are no frame are refused, and a frame that is too long, before it is there', (t) => {
  for (const text of ['hello world, this is no frame\n', 'abc\n', '-1\n', '99999999999\n', '5\n{{{{{'])
    t.throws(() => new FrameReader().take(Buffer.from(text)), undefined, text);
});
