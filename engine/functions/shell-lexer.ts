/** One word or operator of a shell text. */
export interface ShellToken {
  readonly kind: 'word' | 'operator' | 'redirection' | 'end';
  /** As written; a newline is an operator. */
  readonly text: string;
  /** Without quotes and substitutions: only then a word can be a reserved one. */
  readonly plain: boolean;
  /** From 1. */
  readonly line: number;
}

/** What the lexer asks of the parser. */
export interface LexerHooks {
  /** Reads the commands of a substitution and its closing bracket. */
  substitution(opener: ShellToken): void;
  /** Throws. */
  fail(message: string, line: number): never;
}

const operators = /^(?:;;&|;;|;&|;|&&|&(?!>)|\|\||\|&|\||\(|\)|\n)/;
const redirections = /^(?:\d+(?=[<>]))?(?:&>>|&>|<<<|<<-|<<|<>|<&|<|>>|>&|>\||>)/;
const blanks = /^(?:[ \t\r]|\\\n)+/;
const array = /^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=$/;

/** Splits a shell text into tokens when asked, one ahead. */
export class ShellLexer {
  readonly #text: string;
  readonly #hooks: LexerHooks;
  #at = 0;
  #start = 0;
  #ahead: ShellToken | undefined;
  #documents: { readonly end: string; readonly stripTabs: boolean }[] = [];
  #isDocument: false | '<<' | '<<-' = false;

  constructor(text: string, hooks: LexerHooks) {
    this.#text = text;
    this.#hooks = hooks;
  }

  peek(): ShellToken {
    this.#ahead ??= this.#read();
    return this.#ahead;
  }

  next(): ShellToken {
    const token = this.peek();
    this.#ahead = undefined;
    return token;
  }

  /** With `(` ahead: passes over `((...))` and gives true; gives false, with nothing read, when it is no arithmetic. */
  skipArithmetic(): boolean {
    if (!this.#text.startsWith('((', this.#start)) return false;
    const end = this.#arithmeticEnd(this.#start);
    if (end === undefined) return false;
    this.#at = end;
    this.#ahead = undefined;
    return true;
  }

  /** From `((`: the offset behind `))`; `undefined` when these are two brackets of their own. */
  #arithmeticEnd(start: number): number | undefined {
    let depth = 0;
    for (let at = start; at < this.#text.length; at++) {
      const char = this.#text.charAt(at);
      if (char === '(') depth++;
      if (char !== ')' || --depth > 0) continue;
      return this.#text.charAt(at - 1) === ')' && depth === 0 ? at + 1 : undefined;
    }
    return undefined;
  }

  #line(at: number): number {
    return this.#text.slice(0, at).split('\n').length;
  }

  #read(): ShellToken {
    this.#skipBlanks();
    this.#start = this.#at;
    const rest = this.#text.slice(this.#at, this.#at + 12);
    const line = this.#line(this.#at);
    if (rest === '') return { kind: 'end', text: '', plain: true, line };
    const isProcess = rest.startsWith('<(') || rest.startsWith('>(');
    const redirection = isProcess ? undefined : redirections.exec(rest)?.[0];
    if (redirection !== undefined) return this.#redirection(redirection, line);
    const operator = operators.exec(rest)?.[0];
    if (operator === undefined) return this.#word(line);
    this.#at += operator.length;
    if (operator === '\n') this.#readDocuments();
    return { kind: 'operator', text: operator, plain: true, line };
  }

  #redirection(text: string, line: number): ShellToken {
    this.#at += text.length;
    const operator = text.replace(/^\d+/, '');
    if (operator === '<<' || operator === '<<-') this.#isDocument = operator;
    return { kind: 'redirection', text, plain: true, line };
  }

  #skipBlanks(): void {
    for (;;) {
      const found = blanks.exec(this.#text.slice(this.#at, this.#at + 200))?.[0];
      if (found !== undefined) this.#at += found.length;
      else if (this.#text.charAt(this.#at) === '#') this.#at = this.#find('\n', this.#at);
      else return;
    }
  }

  #find(text: string, from: number): number {
    const found = this.#text.indexOf(text, from);
    return found === -1 ? this.#text.length : found;
  }

  #word(line: number): ShellToken {
    const start = this.#at;
    const document = this.#isDocument;
    this.#isDocument = false;
    let plain = true;
    for (let char = this.#char(); char !== '' && !' \t\n;&|'.includes(char); char = this.#char()) {
      if ('()<>'.includes(char) && !this.#bracket(start, line)) break;
      if (!'()<>'.includes(char)) plain = this.#piece(char) && plain;
      else plain = false;
      if (this.#at === start) this.#at++;
    }
    const text = this.#text.slice(start, this.#at);
    if (document) this.#documents.push({ end: text.replace(/['"\\]/g, ''), stripTabs: document === '<<-' });
    return { kind: 'word', text, plain, line };
  }

  #char(): string {
    return this.#text.charAt(this.#at);
  }

  /** At a bracket inside a word: an array or a process substitution is read and true given. */
  #bracket(start: number, line: number): boolean {
    const opensProcess = this.#at === start && '<>'.includes(this.#char()) && this.#text.charAt(this.#at + 1) === '(';
    if (!opensProcess && !(this.#char() === '(' && array.test(this.#text.slice(start, this.#at)))) return false;
    this.#at += opensProcess ? 2 : 1;
    if (opensProcess) this.#nested('<(');
    else this.#array(line);
    return true;
  }

  #array(line: number): void {
    for (let token = this.next(); token.text !== ')' || token.kind === 'word'; token = this.next())
      if (token.kind === 'end') this.#hooks.fail('`(` is not closed by `)`', line);
  }

  #nested(text: string): void {
    const documents = this.#documents;
    this.#documents = [];
    const start = this.#start;
    this.#hooks.substitution({ kind: 'operator', text, plain: true, line: this.#line(this.#at - 1) });
    this.#documents = [...documents, ...this.#documents];
    this.#start = start;
  }

  /** One character of a word, or what it opens; gives whether it is plain. */
  #piece(char: string): boolean {
    if (char === '\\') this.#at += 2;
    else if (char === "'") this.#until("'", this.#at + 1);
    else if (char === '"') this.#doubleQuoted();
    else if (char === '`') this.#backquoted();
    else if (char === '$') this.#dollar();
    else this.#at++;
    return !'\\\'"`$'.includes(char);
  }

  /** To behind a closing character that nothing escapes. */
  #until(closer: string, from: number): void {
    const end = this.#text.indexOf(closer, from);
    if (end === -1) this.#hooks.fail(`the quote \`${closer}\` is not closed`, this.#line(this.#at));
    this.#at = end + 1;
  }

  #doubleQuoted(): void {
    const start = this.#at++;
    for (let char = this.#char(); char !== '"'; char = this.#char()) {
      if (char === '') this.#hooks.fail('the quote `"` is not closed', this.#line(start));
      if (char === '\\') this.#at += 2;
      else if (char === '`') this.#backquoted();
      else if (char === '$') this.#dollar(true);
      else this.#at++;
    }
    this.#at++;
  }

  #backquoted(): void {
    const start = this.#at++;
    for (let char = this.#char(); char !== '`'; char = this.#char()) {
      if (char === '') this.#hooks.fail('a backquote is not closed', this.#line(start));
      this.#at += char === '\\' ? 2 : 1;
    }
    this.#at++;
  }

  #dollar(isQuoted = false): void {
    const rest = this.#text.slice(this.#at, this.#at + 3);
    const arithmetic = rest === '$((' ? this.#arithmeticEnd(this.#at + 1) : undefined;
    if (arithmetic !== undefined) {
      this.#at = arithmetic;
    } else if (rest.startsWith('$(')) {
      this.#at += 2;
      this.#nested('$(');
    } else if (rest.startsWith('${')) {
      this.#parameter(isQuoted);
    } else if (rest.startsWith("$'") && !isQuoted) {
      this.#escapedQuote();
    } else this.#at++;
  }

  #escapedQuote(): void {
    const start = this.#at;
    this.#at += 2;
    for (let char = this.#char(); char !== "'"; char = this.#char()) {
      if (char === '') this.#hooks.fail("the quote `'` is not closed", this.#line(start));
      this.#at += char === '\\' ? 2 : 1;
    }
    this.#at++;
  }

  #parameter(isQuoted: boolean): void {
    const start = this.#at;
    this.#at += 2;
    for (let char = this.#char(); char !== '}'; char = this.#char()) {
      if (char === '') this.#hooks.fail('`${` is not closed by `}`', this.#line(start));
      if (char === '\\') this.#at += 2;
      else if (char === "'" && !isQuoted) this.#until("'", this.#at + 1);
      else if (char === '"') this.#doubleQuoted();
      else if (char === '`') this.#backquoted();
      else if (char === '$') this.#dollar(isQuoted);
      else this.#at++;
    }
    this.#at++;
  }

  /** The here-documents that the line before asked for; one that is not ended reaches to the end, as bash has it. */
  #readDocuments(): void {
    for (const { end, stripTabs } of this.#documents) {
      for (let line: string | undefined; line !== end && this.#at < this.#text.length; ) {
        const stop = this.#find('\n', this.#at);
        line = this.#text.slice(this.#at, stop);
        if (stripTabs) line = line.replace(/^\t+/, '');
        this.#at = Math.min(stop + 1, this.#text.length);
      }
    }
    this.#documents = [];
  }
}
