import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { SourceText } from '../../engine/base/source-text.ts';
import { parseRecipeFile } from '../../engine/language/parse-recipe-file.ts';
import type { FileKind } from '../../engine/language/statements.ts';

// A byte-level fuzz of the recipe parser: `node tests/language/fuzz.ts --seconds 600 [--seed N]`.

/** An input that broke a promise of the parser, and how. */
export interface Finding {
  readonly kind: FileKind;
  readonly text: string;
  readonly problem: string;
}

const kinds: readonly FileKind[] = ['recipe', 'class', 'include', 'configuration'];
const slowMs = 2000;
const pieces = [
  ...[
    '=',
    ' = ',
    '?=',
    '??=',
    ':=',
    '+=',
    '.=',
    '"',
    "'",
    '"x"',
    '\\\n',
    '\\',
    '\n',
    '\r\n',
    '\t',
    ' ',
    '#',
    '[x]',
    '[',
  ],
  ...['${', '}', '${@', '${@x}', 'inherit ', 'inherit_defer ', 'include ', 'require ', 'export ', 'unset ', 'addtask '],
  ...[
    'deltask ',
    'addhandler ',
    'EXPORT_FUNCTIONS ',
    'python ',
    'fakeroot ',
    'def f(d):',
    '() {\n',
    '}\n',
    '__anonymous',
  ],
  ...[':append', ':remove', '_append', ' before ', ' after ', '\0', '\ufeff', '\u2028', 'é', '\ud800', '😀', '    x\n'],
];

/** Fuzzes for a time from a seed; gives the findings, at most ten, and how many texts were tried. */
export function fuzz(milliseconds: number, seed: number): { readonly tried: number; readonly findings: Finding[] } {
  const random = generator(seed);
  const corpus = seeds();
  const findings: Finding[] = [];
  const end = Date.now() + milliseconds;
  let tried = 0;
  for (; Date.now() < end && findings.length < 10; tried++) {
    const text = mutate(corpus[random(corpus.length)] ?? '', corpus, random);
    const kind = kinds[random(kinds.length)] ?? 'recipe';
    const problem = check(text, kind);
    if (problem !== undefined) findings.push({ kind, text, problem });
  }
  return { tried, findings };
}

function check(text: string, kind: FileKind): string | undefined {
  const begun = performance.now();
  try {
    const source = new SourceText('fuzz', text);
    const { statements, diagnostics } = parseRecipeFile(source, kind);
    const { length } = source.text;
    const spans = [...statements.map(({ span }) => span), ...diagnostics.map(({ span }) => span)];
    for (const span of spans)
      if (span && !(0 <= span.start && span.start <= span.end && span.end <= length)) return 'a span out of range';
    if (diagnostics.some((each) => each.span === undefined)) return 'a diagnostic without a place';
    if (diagnostics.some((each) => /internal|undefined|\[object/i.test(each.message))) return 'an internal message';
    const took = performance.now() - begun;
    return took > slowMs ? `takes ${took.toFixed(0)} ms` : undefined;
  } catch (error) {
    return `throws ${String(error)}`;
  }
}

function mutate(text: string, corpus: readonly string[], random: (below: number) => number): string {
  let bytes = Buffer.from(text);
  for (let count = 1 + random(6); count > 0; count--) {
    const at = random(bytes.length + 1);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    const other = Buffer.from(corpus[random(corpus.length)] ?? '');
    const changes: readonly (() => Buffer)[] = [
      () => Buffer.concat([before, Buffer.from(pieces[random(pieces.length)] ?? ''), after]),
      () => Buffer.concat([before, Buffer.from([random(256)]), after.subarray(1)]),
      () => Buffer.concat([before, after.subarray(random(40))]),
      () => Buffer.concat([before, other.subarray(random(other.length + 1)).subarray(0, 200), after]),
      () => Buffer.concat([before, Buffer.from((pieces[random(pieces.length)] ?? '').repeat(random(300))), after]),
    ];
    bytes = Buffer.from(changes[random(changes.length)]?.() ?? bytes);
  }
  return bytes.subarray(0, 20_000).toString('utf8');
}

/** The project's own files, cut to a size at which mutations matter, and nothing at all. */
function seeds(): readonly string[] {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const files = globSync('{layers,meta-*,conf}/**/*.{bb,bbclass,bbappend,inc,conf}', { cwd: root }).sort();
  return ['', ...files.map((file) => readFileSync(`${root}/${file}`, 'utf8').slice(0, 4000))];
}

/** A small repeatable generator: whole numbers from 0 up to, not including, a bound. */
function generator(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function main(args: readonly string[]): void {
  const option = (name: string, otherwise: number): number => {
    const at = args.indexOf(name);
    return at === -1 ? otherwise : Number(args[at + 1]);
  };
  const seed = option('--seed', Date.now());
  const { tried, findings } = fuzz(option('--seconds', 60) * 1000, seed);
  for (const { kind, text, problem } of findings) console.log(`${problem} (${kind}): ${JSON.stringify(text)}`);
  console.log(`${tried} texts from seed ${seed}, ${findings.length} findings`);
  process.exitCode = findings.length > 0 ? 1 : 0;
}

if (isMainThread && import.meta.main) main(process.argv.slice(2));
