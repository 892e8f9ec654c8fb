/** A line of a log, counted from 1. */
export interface LogLine {
  readonly line: number;
  readonly text: string;
}

/** How what a line tells is to be taken: as a cause; as its consequence; or as what may also be harmless. */
type Weight = 'cause' | 'consequence' | 'perhaps';

interface Rule {
  readonly weight: Weight;
  readonly pattern: RegExp;
  /** How many of the lines behind it belong to it; `traceback`: up to the line that names the exception. */
  readonly more?: number | 'traceback';
  /** Of those, only lines like this. */
  readonly moreLike?: RegExp;
}

const indented = /^\s+\S/;

/** In the order in which they are tried; the first that fits a line is taken. */
const rules: readonly Rule[] = [
  // gcc, clang, nasm, go vet and all that follow GNU's form; with the source line and the caret.
  {
    weight: 'cause',
    pattern: /^\S.*?:\d+(:\d+)?: (fatal |internal compiler )?error\b/,
    more: 2,
    moreLike: /^\s+(\d+ )?\|/,
  },
  { weight: 'cause', pattern: /: (fatal|internal compiler) error: / },
  {
    weight: 'cause',
    pattern: /\bundefined reference to |\bmultiple definition of |\bcannot find -l|\bundefined symbol: /,
  },
  { weight: 'consequence', pattern: /^collect2: error: |: error: ld returned / },
  { weight: 'cause', pattern: /^error(\[E\d+\])?: (?!could not compile|aborting)/, more: 1, moreLike: /^\s+-->/ },
  // CMake: the text stands indented below.
  { weight: 'cause', pattern: /^CMake Error\b/, more: 4, moreLike: indented },
  { weight: 'cause', pattern: /^\S.*: ERROR: |^ERROR: (?!.*ended with exit code)/ },
  { weight: 'cause', pattern: /^configure: error: |^autoreconf: error: |^\S+: error: possibly undefined macro/ },
  // Patch and quilt.
  {
    weight: 'cause',
    pattern: /^Hunk #\d+ FAILED|^patch: \*\*\*\* |^can't find file to patch|^Reversed \(or previously applied\) patch/,
  },
  { weight: 'consequence', pattern: /^\d+ out of \d+ hunks? (FAILED|ignored)|^Patch .* does not apply/ },
  // Tools of .deb packages, and apt.
  { weight: 'consequence', pattern: /^dpkg-buildpackage: error: |^dpkg: error processing|^E: Sub-process / },
  {
    weight: 'cause',
    pattern: /^(dpkg|dh_|debhelper)[\w-]*: error: |^dpkg: dependency problems prevent|^E: /,
    more: 1,
    moreLike: /^ \S/,
  },
  // Python: the exception, and where it came from.
  { weight: 'cause', pattern: /^Traceback \(most recent call last\):/, more: 'traceback' },
  // ninja and make: the command that failed, and why nothing can be made.
  { weight: 'consequence', pattern: /^FAILED: |^ninja: build stopped/ },
  { weight: 'cause', pattern: /^ninja: error: / },
  {
    weight: 'cause',
    pattern:
      /^(g?make(\[\d+\])?: )?(\S+:\d+: )?\*\*\* (No rule to make target|missing separator|multiple target|target pattern|commands commence|Recursive variable)/,
  },
  { weight: 'consequence', pattern: /^g?make(\[\d+\])?: \*\*\* / },
  // The machine.
  {
    weight: 'cause',
    pattern: /\b(out of memory|cannot allocate memory|virtual memory exhausted|no space left on device)\b/i,
  },
  // What shells and small programs say, which scripts often bear with.
  {
    weight: 'perhaps',
    pattern: /(command )?not found$|: syntax error|unexpected (EOF|end of file|token)|: unbound variable$/,
  },
  {
    weight: 'perhaps',
    pattern: /^\S+: (.*: )?(cannot|can't|could not|failed to|unable to|unrecognized|invalid|no such) /i,
  },
  {
    weight: 'perhaps',
    pattern:
      /: (No such file or directory|Permission denied|Is a directory|Not a directory|File exists|Operation not permitted)$/,
  },
  { weight: 'perhaps', pattern: /(^|[\s:])(fatal|error|exception)\s*: \S/i },
  { weight: 'perhaps', pattern: /^Killed$|\bSegmentation fault\b|\bAborted \(core dumped\)/ },
];

const mostErrors = 3;
const mostLines = 12;
const longestText = 400;

/**
 * Finds the lines of a log that say what went wrong, fed line by line: the first causes (compiler errors, exceptions,
 * hunks that fail); without any, the first consequences (`make: ***`); else the last lines that read like an error.
 */
export class FirstErrors {
  readonly #found: Record<Weight, LogLine[][]> = { cause: [], consequence: [], perhaps: [] };
  #line = 0;
  #open: { readonly lines: LogLine[]; readonly rule: Rule } | undefined;

  /** Takes the next line, without its end. */
  take(line: string): void {
    this.#line += 1;
    const text = printable(line);
    if (this.#continues(text)) return;
    const rule = rules.find(({ pattern }) => pattern.test(text));
    if (rule === undefined || isHarmless(text)) return;
    const lines = [{ line: this.#line, text: text.slice(0, longestText) }];
    this.#open = rule.more === undefined ? undefined : { lines, rule };
    this.#keep(rule.weight, lines);
  }

  /** At most a dozen lines, in the order of the log. */
  get lines(): readonly LogLine[] {
    const { cause, consequence, perhaps } = this.#found;
    const best = [cause, consequence, perhaps].find((each) => each.length > 0) ?? [];
    return best.flat().slice(0, mostLines);
  }

  #keep(weight: Weight, lines: LogLine[]): void {
    const found = this.#found[weight];
    if (weight === 'perhaps' && found.length === mostErrors) found.shift();
    const isRepeated = found.some((each) => each[0]?.text === lines[0]?.text);
    if (found.length < mostErrors && !isRepeated) found.push(lines);
  }

  #continues(text: string): boolean {
    if (this.#open === undefined) return false;
    const { lines, rule } = this.#open;
    if (rule.more === 'traceback') return this.#continuesTraceback(text, lines);
    const belongs = lines.length <= (rule.more ?? 0) && (rule.moreLike?.test(text) ?? true);
    if (belongs) lines.push({ line: this.#line, text: text.slice(0, longestText) });
    if (!belongs) this.#open = undefined;
    return belongs;
  }

  /** Keeps the last two frames and the exception of a traceback: the innermost is often in a library. */
  #continuesTraceback(text: string, lines: LogLine[]): boolean {
    if (isFrame(text)) {
      const frames = [...lines.keys()].filter((index) => isFrame(lines[index]?.text ?? ''));
      if (frames.length === 2) lines.splice(1, (frames[1] ?? 1) - 1);
    }
    lines.push({ line: this.#line, text: text.slice(0, longestText) });
    if (!text.startsWith(' ')) this.#open = undefined;
    return true;
  }
}

function isFrame(text: string): boolean {
  return text.startsWith('  File "');
}

/** Options of compilers, counts of nothing, and tests of what a compiler can do. */
function isHarmless(text: string): boolean {
  return /^\s*(\S*\/)?(gcc|g\+\+|cc|c\+\+|clang|clang\+\+|libtool:|ar|ld)\s|^checking |\b0 (errors|failures)\b|\bwarning: /.test(
    text,
  );
}

/** Colours and other control sequences taken out. */
function printable(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to go.
  return line.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]|\u001b\][^\u0007]*\u0007|\r$/g, '').replace(/^.*\r/, '');
}
