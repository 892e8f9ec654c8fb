import { ShellLexer, type ShellToken } from './shell-lexer.ts';

/** What is wrong with a shell text; `line` counts from 1 within the text. */
export interface ShellProblem {
  readonly message: string;
  readonly line: number;
}

/**
 * Whether bash could read a shell text: quotes, substitutions and compound commands that are not closed, words and operators
 * that stand where none may. `undefined` for a text that can be read. Nothing is run.
 */
export function findShellProblem(text: string): ShellProblem | undefined {
  if (cache.has(text)) return cache.get(text);
  const problem = check(text);
  if (cache.size > 5000) cache.clear();
  cache.set(text, problem);
  return problem;
}

const cache = new Map<string, ShellProblem | undefined>();

function check(text: string): ShellProblem | undefined {
  try {
    new ShellChecker(text).program();
    return undefined;
  } catch (error) {
    if (error instanceof ShellSyntaxError) return { message: error.message, line: error.line };
    if (error instanceof RangeError) return { message: 'it is nested too deeply', line: 1 };
    throw error;
  }
}

class ShellSyntaxError extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/** Words that end a list of commands. */
const listEnds = new Set(['then', 'else', 'elif', 'fi', 'do', 'done', 'esac', '}']);
const branchEnds = new Set([';;', ';&', ';;&']);
/** Words that may stand in front of a pipeline. */
const prefixes = new Set(['!', 'time', 'coproc']);
const separators = new Set([';', '&', '\n']);

/** Recursive descent over the grammar of bash; substitutions inside words are read while their word is. */
class ShellChecker {
  readonly #lexer: ShellLexer;

  constructor(text: string) {
    this.#lexer = new ShellLexer(text, {
      substitution: (opener) => this.#substitution(opener),
      fail: (message, line) => {
        throw new ShellSyntaxError(message, line);
      },
    });
  }

  program(): void {
    this.#list();
    if (this.#peek().kind !== 'end') this.#unexpected();
  }

  #substitution(opener: ShellToken): void {
    this.#list();
    this.#close(')', opener);
  }

  #peek(): ShellToken {
    return this.#lexer.peek();
  }

  /** Whether the next token is this operator, or this word written without quotes; passed over if so. */
  #accept(text: string): boolean {
    const token = this.#peek();
    if (token.kind === 'end' || token.text !== text || !token.plain) return false;
    this.#lexer.next();
    return true;
  }

  #newLines(): void {
    while (this.#accept('\n'));
  }

  #unexpected(): never {
    const { kind, text, line } = this.#peek();
    if (kind === 'end') throw new ShellSyntaxError('it ends where a command is expected', line);
    throw new ShellSyntaxError(`${text === '\n' ? 'the end of the line' : `\`${text}\``} is not expected here`, line);
  }

  #close(closer: string, opener: ShellToken): void {
    if (this.#accept(closer)) return;
    if (this.#peek().kind !== 'end') this.#unexpected();
    throw new ShellSyntaxError(`\`${opener.text}\` is not closed by \`${closer}\``, opener.line);
  }

  /** Commands up to a word or operator that ends them; gives whether there were any. */
  #list(): boolean {
    let isFilled = false;
    for (this.#newLines(); !this.#atListEnd(); this.#newLines()) {
      this.#andOr();
      isFilled = true;
      if (![...separators].some((each) => this.#accept(each))) break;
    }
    return isFilled;
  }

  #atListEnd(): boolean {
    const { kind, text, plain } = this.#peek();
    if (kind === 'end') return true;
    return kind === 'word' ? plain && listEnds.has(text) : text === ')' || branchEnds.has(text);
  }

  /** The commands between two words of a compound command, of which there must be one. */
  #body(closer: string, opener: ShellToken): void {
    if (!this.#list() && this.#peek().kind !== 'end') this.#unexpected();
    this.#close(closer, opener);
  }

  #andOr(): void {
    for (this.#pipeline(); this.#accept('&&') || this.#accept('||'); this.#pipeline()) this.#newLines();
  }

  #pipeline(): void {
    let isPrefixed = false;
    while ([...prefixes].some((each) => this.#accept(each))) isPrefixed = true;
    const { kind, text } = this.#peek();
    if (isPrefixed && (kind === 'end' || text === ';' || text === '\n')) return;
    for (this.#command(); this.#accept('|') || this.#accept('|&'); this.#command()) this.#newLines();
  }

  #command(): void {
    const token = this.#peek();
    if (token.kind === 'word' && token.plain && listEnds.has(token.text)) this.#unexpected();
    if (token.plain && this.#compound(token)) this.#redirections();
    else this.#simple();
  }

  /** Gives false, with nothing read, when the next word begins no compound command. */
  #compound(opener: ShellToken): boolean {
    const reader = this.#readers.get(opener.text);
    if (reader === undefined) return false;
    if (opener.text === '(' && this.#lexer.skipArithmetic()) return true;
    this.#lexer.next();
    reader(opener);
    return true;
  }

  readonly #readers: ReadonlyMap<string, (opener: ShellToken) => void> = new Map([
    ['(', (opener: ShellToken) => this.#body(')', opener)],
    ['{', (opener: ShellToken) => this.#body('}', opener)],
    ['if', (opener: ShellToken) => this.#if(opener)],
    ['while', (opener: ShellToken) => this.#while(opener)],
    ['until', (opener: ShellToken) => this.#while(opener)],
    ['for', (opener: ShellToken) => this.#for(opener)],
    ['select', (opener: ShellToken) => this.#for(opener)],
    ['case', (opener: ShellToken) => this.#case(opener)],
    ['[[', (opener: ShellToken) => this.#condition(opener)],
    ['function', () => this.#function()],
  ]);

  #if(opener: ShellToken): void {
    do {
      if (!this.#list() && this.#peek().kind !== 'end') this.#unexpected();
      if (!this.#accept('then')) this.#missing('then', opener);
      if (!this.#list() && this.#peek().kind !== 'end') this.#unexpected();
    } while (this.#accept('elif'));
    if (this.#accept('else')) this.#body('fi', opener);
    else this.#close('fi', opener);
  }

  #missing(word: string, opener: ShellToken): void {
    if (this.#peek().kind !== 'end') this.#unexpected();
    throw new ShellSyntaxError(`\`${opener.text}\` has no \`${word}\``, opener.line);
  }

  #while(opener: ShellToken): void {
    if (!this.#list() && this.#peek().kind !== 'end') this.#unexpected();
    if (!this.#accept('do')) this.#missing('do', opener);
    this.#body('done', opener);
  }

  #for(opener: ShellToken): void {
    if (this.#peek().text === '(' && this.#lexer.skipArithmetic()) {
      this.#accept(';');
    } else {
      this.#word();
      this.#newLines();
      if (this.#accept('in')) while (this.#peek().kind === 'word') this.#lexer.next();
      this.#accept(';');
    }
    this.#newLines();
    const brace = this.#peek();
    const isBraced = this.#accept('{');
    if (!isBraced && !this.#accept('do')) this.#missing('do', opener);
    this.#body(isBraced ? '}' : 'done', isBraced ? brace : opener);
  }

  #case(opener: ShellToken): void {
    this.#word();
    this.#newLines();
    if (!this.#accept('in')) this.#missing('in', opener);
    for (this.#newLines(); !this.#accept('esac'); this.#newLines()) {
      if (this.#peek().kind === 'end') this.#close('esac', opener);
      this.#accept('(');
      for (this.#word(); this.#accept('|'); ) this.#word();
      if (!this.#accept(')')) this.#unexpected();
      this.#list();
      // The last branch needs no end of its own.
      if (![...branchEnds].some((each) => this.#accept(each)) && this.#peek().text !== 'esac')
        this.#close('esac', opener);
    }
  }

  /** `[[ ... ]]` has a grammar of its own; only its end counts here. */
  #condition(opener: ShellToken): void {
    while (!this.#accept(']]')) {
      if (this.#peek().kind === 'end') this.#close(']]', opener);
      this.#lexer.next();
    }
  }

  #function(): void {
    this.#word();
    if (this.#accept('(') && !this.#accept(')')) this.#unexpected();
    this.#functionBody();
  }

  /** A compound command: that is all that can be the body of a function. */
  #functionBody(): void {
    this.#newLines();
    const opener = this.#peek();
    if (!opener.plain || opener.text === 'function' || !this.#compound(opener)) this.#unexpected();
    this.#redirections();
  }

  #simple(): void {
    const first = this.#peek();
    let count = 0;
    for (; this.#peek().kind === 'word' || this.#redirection(); count++) {
      if (this.#peek().kind === 'word') this.#lexer.next();
      if (count === 0 && first.kind === 'word' && this.#accept('(')) {
        if (!this.#accept(')')) this.#unexpected();
        this.#functionBody();
        return;
      }
    }
    if (count === 0 || this.#peek().text === '(') this.#unexpected();
  }

  #redirections(): void {
    while (this.#redirection());
  }

  /** Reads one redirection up to its target; false when there is none. */
  #redirection(): boolean {
    if (this.#peek().kind !== 'redirection') return false;
    this.#lexer.next();
    if (this.#peek().kind !== 'word') this.#unexpected();
    this.#lexer.next();
    return true;
  }

  #word(): void {
    if (this.#peek().kind !== 'word') this.#unexpected();
    this.#lexer.next();
  }
}
