/** Words that begin a command list: what follows them is a command again. */
const openers = new Set(['if', 'then', 'else', 'elif', 'while', 'until', 'do', '{', '!', 'time', 'eval']);
/** Words that end a compound command. */
const closers = new Set(['fi', 'done', 'esac', '}']);
const assignment = /^[A-Za-z_][A-Za-z0-9_]*\+?=/;

/**
 * The names of all commands that a shell text calls: words in command position, also inside substitutions, subshells,
 * conditions and loops. Quoted, computed and argument words are not calls, nor are functions that the text itself defines.
 * Never fails: odd text gives fewer names.
 */
export function shellCommands(text: string): ReadonlySet<string> {
  const known = cache.get(text);
  if (known) return known;
  const commands = new ShellScanner(text).scan();
  if (cache.size > 5000) cache.clear();
  cache.set(text, commands);
  return commands;
}

const cache = new Map<string, ReadonlySet<string>>();

/** How a word came about: `plain` can name a function, the others cannot. */
interface Word {
  readonly text: string;
  readonly plain: boolean;
}

/** Reads a shell text once from left to right; nested substitutions are read by a scanner of their own. */
class ShellScanner {
  readonly #text: string;
  readonly #found: Set<string>;
  readonly #defined: Set<string>;
  /** The command just read, which `()` behind it makes a definition. */
  #last = '';
  #at = 0;
  #expectsCommand = true;
  /** Nesting of `case`: `pattern` while patterns are read, `body` inside a branch. */
  readonly #cases: ('head' | 'pattern' | 'body')[] = [];
  #namesFunction = false;
  #hereDocuments: { readonly end: string; readonly stripTabs: boolean; readonly quoted: boolean }[] = [];
  #redirect = false;

  constructor(text: string, outer?: ShellScanner) {
    this.#text = text;
    this.#found = outer === undefined ? new Set() : outer.#found;
    this.#defined = outer === undefined ? new Set() : outer.#defined;
  }

  scan(): ReadonlySet<string> {
    while (this.#at < this.#text.length) this.#step();
    return new Set([...this.#found].filter((each) => !this.#defined.has(each)));
  }

  #step(): void {
    const char = this.#text.charAt(this.#at);
    if (char === '\n') this.#newLine();
    else if (char === ' ' || char === '\t') this.#at++;
    else if (char === '\\' && this.#text.charAt(this.#at + 1) === '\n') this.#at += 2;
    else if (char === '#') this.#skipTo('\n');
    else if (';&|()'.includes(char)) this.#operator(char);
    else if (char === '<' || char === '>') this.#redirection();
    else this.#take(this.#word());
  }

  #newLine(): void {
    this.#at++;
    for (const document of this.#hereDocuments) this.#hereDocument(document);
    this.#hereDocuments = [];
    this.#expectsCommand = true;
    this.#namesFunction = false;
    this.#redirect = false;
  }

  #hereDocument(document: { readonly end: string; readonly stripTabs: boolean; readonly quoted: boolean }): void {
    while (this.#at < this.#text.length) {
      const start = this.#at;
      this.#skipTo('\n');
      const line = this.#text.slice(start, this.#at);
      this.#at++;
      if ((document.stripTabs ? line.replace(/^\t+/, '') : line) === document.end) return;
      if (!document.quoted) this.#substitutionsIn(line);
    }
  }

  #operator(char: string): void {
    this.#at++;
    const definition = char === '(' ? /^\s*\)/.exec(this.#text.slice(this.#at, this.#at + 20)) : null;
    if (definition) {
      this.#at += definition[0].length;
      this.#defined.add(this.#last);
    } else if (char === ';' && (this.#text.charAt(this.#at) === ';' || this.#text.charAt(this.#at) === '&')) {
      while (';&'.includes(this.#text.charAt(this.#at)) && this.#at < this.#text.length) this.#at++;
      this.#setCase('pattern');
    } else if (char === ')' && this.#cases.at(-1) === 'pattern') {
      this.#setCase('body');
    }
    this.#expectsCommand = true;
    this.#namesFunction = false;
  }

  #setCase(state: 'pattern' | 'body'): void {
    if (this.#cases.length > 0) this.#cases[this.#cases.length - 1] = state;
  }

  #redirection(): void {
    const operator = /^(?:<<-?|<<<|<>|>>|>\||[<>]&|[<>])/.exec(this.#text.slice(this.#at, this.#at + 3))?.[0] ?? '<';
    if (this.#text.charAt(this.#at + 1) === '(') {
      this.#at += 2;
      this.#nested(this.#closing('(', ')'));
      return;
    }
    const isHere = operator.startsWith('<<') && this.#text.charAt(this.#at + 2) !== '<';
    this.#at += operator.startsWith('<<') && !isHere ? 3 : operator.length;
    if (!isHere) {
      this.#redirect = true;
      return;
    }
    while (' \t'.includes(this.#text.charAt(this.#at)) && this.#at < this.#text.length) this.#at++;
    const start = this.#at;
    const word = this.#word();
    const raw = this.#text.slice(start, this.#at);
    this.#hereDocuments.push({ end: word.text, stripTabs: operator === '<<-', quoted: /['"\\]/.test(raw) });
  }

  #take(word: Word): void {
    if (this.#redirect) {
      this.#redirect = false;
      return;
    }
    if (this.#cases.length > 0 && this.#takeCaseWord(word)) return;
    if (!this.#expectsCommand) return;
    const isDescriptor = /^\d+$/.test(word.text) && '<>'.includes(this.#text.charAt(this.#at) || ' ');
    if (isDescriptor && word.plain) return;
    this.#takeCommand(word);
  }

  #takeCaseWord(word: Word): boolean {
    const state = this.#cases.at(-1);
    if (state === 'head') {
      if (word.plain && word.text === 'in') this.#setCase('pattern');
      return true;
    }
    if (word.plain && word.text === 'esac' && (state === 'pattern' || this.#expectsCommand)) {
      this.#cases.pop();
      this.#expectsCommand = false;
      return true;
    }
    return state === 'pattern';
  }

  #takeCommand(word: Word): void {
    if (!word.plain) {
      if (!assignment.test(word.text) && !/^\d+$/.test(word.text)) this.#expectsCommand = false;
      return;
    }
    if (openers.has(word.text) || assignment.test(word.text)) return;
    if (this.#namesFunction) {
      this.#namesFunction = false;
      this.#defined.add(word.text);
      return;
    }
    this.#expectsCommand = false;
    if (closers.has(word.text)) return;
    if (word.text === 'case') this.#cases.push('head');
    else if (word.text === 'function') {
      this.#expectsCommand = true;
      this.#namesFunction = true;
    } else if (word.text !== 'for' && word.text !== 'select') this.#found.add(word.text);
    this.#last = word.text;
  }

  /** Reads one word and, on the way, the substitutions inside it. */
  #word(): Word {
    let text = '';
    let plain = true;
    while (this.#at < this.#text.length) {
      const char = this.#text.charAt(this.#at);
      if (' \t\n;&|()<>'.includes(char)) break;
      if (char === "'") text += this.#singleQuoted();
      else if (char === '"') text += this.#doubleQuoted();
      else if (char === '$' || char === '`') this.#substitution();
      else if (char === '\\') text += this.#escaped();
      else {
        text += char;
        this.#at++;
        continue;
      }
      plain = false;
    }
    return { text, plain };
  }

  #escaped(): string {
    this.#at += 2;
    const char = this.#text.charAt(this.#at - 1);
    return char === '\n' ? '' : char;
  }

  #singleQuoted(): string {
    const start = this.#at + 1;
    this.#at = start;
    this.#skipTo("'");
    this.#at++;
    return this.#text.slice(start, this.#at - 1);
  }

  #doubleQuoted(): string {
    const start = ++this.#at;
    while (this.#at < this.#text.length && this.#text.charAt(this.#at) !== '"') {
      const char = this.#text.charAt(this.#at);
      if (char === '\\') this.#at += 2;
      else if (char === '$' || char === '`') this.#substitution();
      else this.#at++;
    }
    this.#at++;
    return this.#text.slice(start, this.#at - 1);
  }

  /** At `$` or a backquote: reads what it opens; `$(...)` and backquotes hold commands, `${...}` may. */
  #substitution(): void {
    const two = this.#text.slice(this.#at, this.#at + 3);
    if (two.startsWith('`')) {
      const start = ++this.#at;
      while (this.#at < this.#text.length && this.#text.charAt(this.#at) !== '`')
        this.#at += this.#text.charAt(this.#at) === '\\' ? 2 : 1;
      this.#nested(this.#text.slice(start, this.#at++));
    } else if (two === '$((') {
      this.#at += 2;
      this.#substitutionsIn(this.#closing('(', ')'));
    } else if (two.startsWith('$(')) {
      this.#at += 2;
      this.#nested(this.#closing('(', ')'));
    } else if (two.startsWith('${')) {
      this.#at += 2;
      this.#substitutionsIn(this.#closing('{', '}'));
    } else this.#at++;
  }

  /** From just behind an opening bracket: the text up to its closing one, which is passed over. */
  #closing(open: string, close: string): string {
    const start = this.#at;
    let depth = 1;
    while (this.#at < this.#text.length) {
      const char = this.#text.charAt(this.#at);
      if (char === '\\') this.#at++;
      else if (char === "'" && open === '(') this.#singleQuotedBack();
      else if (char === open) depth++;
      else if (char === close && --depth === 0) break;
      this.#at++;
    }
    return this.#text.slice(start, this.#at++);
  }

  #singleQuotedBack(): void {
    const end = this.#text.indexOf("'", this.#at + 1);
    if (end !== -1) this.#at = end;
  }

  #nested(text: string): void {
    new ShellScanner(text, this).scan();
  }

  #substitutionsIn(text: string): void {
    const inner = new ShellScanner(text, this);
    while (inner.#at < text.length) {
      const char = text.charAt(inner.#at);
      if (char === '\\') inner.#at += 2;
      else if (char === '$' || char === '`') inner.#substitution();
      else inner.#at++;
    }
  }

  #skipTo(char: string): void {
    const end = this.#text.indexOf(char, this.#at);
    this.#at = end === -1 ? this.#text.length : end;
  }
}
