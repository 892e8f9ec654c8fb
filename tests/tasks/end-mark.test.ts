import test from 'ava';
import fc from 'fast-check';
import { EndMark, markBegin } from '../../engine/tasks/end-mark.ts';

const mark = 'abc123';
const piece = fc.oneof(
  fc.string(),
  fc.constantFrom(markBegin, `${markBegin}abc`, `${markBegin}${mark}`, `${markBegin}${mark}007`),
);

test('whatever a program says, in whatever pieces it comes, is parted from the mark behind it', (t) => {
  fc.assert(
    fc.property(fc.array(piece), fc.integer({ min: 0, max: 255 }), fc.array(fc.nat(40)), (pieces, status, cuts) => {
      const said = Buffer.from(pieces.join(''));
      const whole = Buffer.concat([said, Buffer.from(`${markBegin}${mark}${String(status).padStart(3, '0')}\n`)]);
      const end = new EndMark(mark);
      const heard: Buffer[] = [];
      let rest = whole;
      for (const cut of cuts) {
        heard.push(Buffer.from(end.take(rest.subarray(0, cut))));
        rest = rest.subarray(cut);
      }
      heard.push(Buffer.from(end.take(rest)));
      t.is(end.status, status);
      t.deepEqual(Buffer.concat(heard), said);
    }),
  );
});

test('text that cannot be the mark is not held back', (t) => {
  const end = new EndMark(mark);
  t.is(end.take(Buffer.from(`a line\n${markBegin}x`)).toString(), `a line\n${markBegin}x`);
  t.is(end.status, undefined);
});
