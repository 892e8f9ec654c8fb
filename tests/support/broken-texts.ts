import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FileKind } from '../../engine/language/statements.ts';

/** A text that may be broken, and as what it is to be read. */
export interface BrokenText {
  readonly text: string;
  readonly kind: FileKind;
}

const kinds: readonly FileKind[] = ['recipe', 'class', 'include', 'configuration'];
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

/** Texts made from the project's own files by changes of bytes, repeatable by their seed. */
export function* brokenTexts(seed: number, count: number): Generator<BrokenText> {
  const random = generator(seed);
  const corpus = seeds();
  for (let made = 0; made < count; made++) {
    const text = mutate(corpus[random(corpus.length)] ?? '', corpus, random);
    yield { text, kind: kinds[random(kinds.length)] ?? 'recipe' };
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
