import { StxError } from '../../engine/base/stx-error.ts';
import { createDatastore } from '../../engine/datastore/datastore-builder.ts';
import { createPythonRuntime } from '../../engine/python/python-runtime.ts';

/** What to damage, and for how long. */
export interface FuzzOptions {
  readonly programs: readonly string[];
  readonly expressions: readonly string[];
  readonly seed: number;
  readonly milliseconds: number;
  readonly maxRuns?: number;
}

/** Texts that did anything but work or fail with a diagnostic of python/. */
export interface FuzzResult {
  readonly runs: number;
  readonly slowest: number;
  readonly problems: readonly { readonly text: string; readonly problem: string }[];
}

const tooSlow = 10_000;
const tokens = [
  ...[
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ':',
    ',',
    '.',
    '=',
    '==',
    '**',
    '*',
    '//',
    '%',
    '@',
    '->',
    ':=',
    '\n',
    '    ',
    '\t',
  ],
  ...[
    'def f(a, *b, c=1, **d):',
    'class A(B):',
    'lambda x: x',
    'yield',
    'yield from x',
    'return',
    'for x in y:',
    'else:',
  ],
  ...['while 1:', 'try:', 'except E as e:', 'finally:', 'with a as b:', 'global x', 'nonlocal x', 'import re', 'del x'],
  ...[
    'None',
    'True',
    'x',
    '__class__',
    '__proto__',
    'constructor',
    "'",
    '"""',
    "f'{",
    "b'\\xff'",
    '0x',
    '1e999',
    '10**9',
  ],
  ...[
    '\\',
    '#',
    ';',
    '\0',
    '\ud800',
    'é',
    '😀',
    '...',
    '!=',
    'not',
    'in',
    'is',
    'super()',
    'print(',
    'await x',
    'async',
  ],
];

/** Damages programs and expressions at random and runs them. */
export function fuzzPython(options: FuzzOptions): FuzzResult {
  const random = generator(options.seed);
  const runtime = createPythonRuntime({ maxSteps: 50_000 });
  const problems: { text: string; problem: string }[] = [];
  const start = performance.now();
  let runs = 0;
  let slowest = 0;
  while (performance.now() - start < options.milliseconds && runs < (options.maxRuns ?? Number.POSITIVE_INFINITY)) {
    runs += 1;
    const isProgram = random(2) === 0;
    const source = isProgram ? options.programs : options.expressions;
    const text = damaged(excerpt(source[random(source.length)] ?? '', random), random);
    const began = performance.now();
    const problem = attempt(() => {
      const datastore = createDatastore({ evaluator: runtime, given: { A: 'a b' } });
      if (isProgram) runtime.execute({ text, name: 'fuzz' }, { datastore, host: { log: () => undefined } });
      else runtime.evaluate(text, datastore.seal(), 'FUZZ');
    });
    const took = performance.now() - began;
    slowest = Math.max(slowest, took);
    if (problem !== undefined) problems.push({ text, problem });
    else if (took > tooSlow) problems.push({ text, problem: `took ${took.toFixed(0)} ms` });
  }
  return { runs, slowest, problems };
}

function attempt(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    const fine = error instanceof StxError && error.diagnostics.every(({ code }) => /python/.test(code));
    return fine ? undefined : String((error as Error).stack ?? error);
  }
}

/** A few lines of a text that belong together, so that damage is near what runs. */
function excerpt(text: string, random: (below: number) => number): string {
  const lines = text.split('\n');
  if (lines.length < 10) return text;
  const start = random(lines.length - 5);
  return lines.slice(start, start + 3 + random(30)).join('\n');
}

function damaged(text: string, random: (below: number) => number): string {
  let result = text;
  for (let left = 1 + random(4); left > 0; left--) {
    const at = random(result.length + 1);
    const length = random(4) === 0 ? random(20) : random(3);
    const kinds: readonly (() => string)[] = [
      () => '',
      () => String.fromCharCode(random(128)),
      () => tokens[random(tokens.length)] ?? '',
      () => result.slice(random(result.length + 1)).slice(0, random(40)),
      () => (tokens[random(tokens.length)] ?? '').repeat(random(8) === 0 ? 500 : 2),
    ];
    result = result.slice(0, at) + (kinds[random(kinds.length)]?.() ?? '') + result.slice(at + length);
  }
  return result;
}

/** Numbers below a bound, the same for the same seed. */
function generator(seed: number): (below: number) => number {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return below <= 0 ? 0 : Math.floor((state / 2 ** 32) * below);
  };
}
