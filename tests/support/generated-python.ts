import { spawnSync } from 'node:child_process';
import fc from 'fast-check';

const literal = fc.oneof(
  fc.integer({ min: -20, max: 20 }).map((n) => (n < 0 ? `(${n})` : `${n}`)),
  fc.constantFrom('0.5', '2.0', '1e3', 'True', 'False', 'None', '10**20', '[]', '{}', '()', 'set()', "b'ab'"),
  fc.constantFrom("''", "'a'", "'ab c'", "'x,y,,z'", "'Hello World'", "'naïve 😀'", "'12'", "'%s-%s'", "'{}:{}'"),
);

/** Small Python expressions over one variable `x`, most of which mean something. */
export const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    literal,
    fc.constant('x'),
    binary(tie('expression')),
    fc.tuple(fc.constantFrom('-', 'not ', '~'), tie('expression')).map(([op, a]) => `(${op}${a})`),
    method(tie('expression')),
    builtin(tie('expression')),
    subscript(tie('expression')),
    fc.array(tie('expression'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a}, ${b})`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `{${a}: ${b}}`),
    fc.tuple(tie('expression'), tie('expression'), tie('expression')).map(([a, b, c]) => `(${a} if ${b} else ${c})`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `[${a} for x in ${b}]`),
    fc
      .tuple(tie('expression'), fc.constantFrom('', '!r', ':>8', ':05', ':.2f', ':x'))
      .map(([a, how]) => `f"{(${a.replaceAll('"', '')})${how}}"`),
  ),
}));

function binary(part: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const signs = ['+', '-', '*', '/', '//', '%', '&', '|', '^', '<', '<=', '==', '!=', '>', 'in', 'not in', 'and', 'or'];
  return fc.tuple(part, fc.constantFrom(...signs), part).map(([a, sign, b]) => `(${a} ${sign} ${b})`);
}

function method(part: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const plain = [
    'upper',
    'split',
    'strip',
    'title',
    'copy',
    'splitlines',
    'isdigit',
    'swapcase',
    'encode',
    'capitalize',
  ];
  const withOne = [
    'join',
    'split',
    'startswith',
    'count',
    'find',
    'strip',
    'append',
    'get',
    'index',
    'partition',
    'format',
    'rsplit',
  ];
  return fc.oneof(
    fc.tuple(part, fc.constantFrom(...plain)).map(([a, name]) => `(${a}).${name}()`),
    fc.tuple(part, fc.constantFrom(...withOne), part).map(([a, name, b]) => `(${a}).${name}(${b})`),
    fc.tuple(part, part, part).map(([a, b, c]) => `(${a}).replace(${b}, ${c})`),
  );
}

function builtin(part: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const names = [
    'len',
    'str',
    'repr',
    'int',
    'float',
    'bool',
    'list',
    'tuple',
    'sorted',
    'sum',
    'min',
    'max',
    'any',
    'all',
    'abs',
    'round',
    'ascii',
  ];
  return fc.tuple(fc.constantFrom(...names), part).map(([name, a]) => `${name}(${a})`);
}

function subscript(part: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const keys = ['0', '-1', '1:', ':2', '::-1', '::2', '5', "'a'"];
  return fc.tuple(part, fc.constantFrom(...keys)).map(([a, key]) => `(${a})[${key}]`);
}

/** What an expression gives: its `repr`, or type and text of the exception. */
export type Answer = string;

const asker = `
import sys, json, warnings
warnings.simplefilter("ignore")
answers = []
for code in json.load(sys.stdin):
    try:
        answers.append(repr(eval(code, {"x": "x y"})))
    except Exception as error:
        answers.append(type(error).__name__)
    except BaseException as error:
        answers.append("fatal")
json.dump(answers, sys.stdout)
`;

/** What python3 answers; undefined when there is none. One process answers all. */
export function askPython(codes: readonly string[]): readonly Answer[] | undefined {
  const run = spawnSync('python3', ['-c', asker], { input: JSON.stringify(codes), encoding: 'utf8', maxBuffer: 1e9 });
  return run.status === 0 ? JSON.parse(run.stdout) : undefined;
}
