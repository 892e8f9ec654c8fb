import test from 'ava';
import { progressReader } from '../../engine/worker/thread/progress-reader.ts';

function read(
  flag: string,
  chunks: readonly string[],
): { readonly told: readonly number[]; readonly warnings: readonly string[] } {
  const told: number[] = [];
  const reader = progressReader({ flag, task: 'do_compile' }, (fraction) => told.push(fraction));
  for (const chunk of chunks) reader.take(Buffer.from(chunk));
  return { told, warnings: reader.warnings.map(({ message }) => message) };
}

test('`percent`: the last number before a percent sign counts, colours left out, each value once', (t) => {
  t.deepEqual(read('percent', ['10% 20%\n', 'no number\n', '20%\n', '\u001b[32m5\u001b[0m0%\n']).told, [0.2, 0.5]);
});

test('a number that comes in two pieces is read whole at the end of its line', (t) => {
  t.is(read('percent', ['at 9', '9%\n']).told.at(-1), 0.99);
});

test('`percent:PATTERN` and `outof:PATTERN` take their groups', (t) => {
  t.deepEqual(read('percent:done (\\d+) of 100', ['7% done 30 of 100\n']).told, [0.3]);
  t.deepEqual(read('outof:^\\[(\\d+)/(\\d+)\\]', ['[1/4] a\n', '[4/4] b\n']).told, [0.25, 1]);
  t.deepEqual(read('outof:(?P<now>\\d+) of (?P<all>\\d+)', ['1 of 2\n', '3 of 0\n', '9 of 3\n']).told, [0.5, 1]);
});

test('a flag that is not understood is warned of, and nothing is told', (t) => {
  for (const flag of ['custom:my.Handler', 'fraction', 'percent:(']) {
    const { told, warnings } = read(flag, ['50%\n']);
    t.deepEqual(told, []);
    t.regex(warnings[0] ?? '', /^`do_compile\[progress\]` is `.*`, which is not read: /);
  }
});
