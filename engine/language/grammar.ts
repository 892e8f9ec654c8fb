import { CstParser, type TokenType } from 'chevrotain';
import { messageProvider } from './parser-messages.ts';
import { tokens as t } from './tokens.ts';

const vocabulary = Object.values(t);

/** Recipe text -> concrete syntax; no meaning here. After an error it resumes at the end of the line. */
export class RecipeParser extends CstParser {
  constructor() {
    super(vocabulary, { recoveryEnabled: true, skipValidations: true, errorMessageProvider: messageProvider });
    this.performSelfAnalysis();
  }

  readonly file = this.RULE('file', () => {
    this.MANY(() => this.SUBRULE(this.statement));
  });

  readonly statement = this.RULE('statement', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.function) },
      { ALT: () => this.CONSUME(t.def) },
      { ALT: () => this.SUBRULE(this.assignment) },
      { ALT: () => this.SUBRULE(this.export) },
      { ALT: () => this.SUBRULE(this.unset) },
      { ALT: () => this.SUBRULE(this.command) },
      { ALT: () => this.CONSUME(t.unreadable) },
      { ALT: () => this.CONSUME(t.nameless) },
    ]);
  });

  readonly function = this.RULE('function', () => {
    this.CONSUME(t.functionHeader);
    this.OPTION(() => this.CONSUME(t.functionBody));
    this.CONSUME(t.functionEnd);
  });

  readonly assignment = this.RULE('assignment', () => {
    this.CONSUME(t.firstName);
    this.OPTION(() => this.CONSUME(t.flag));
    this.CONSUME(t.operator);
    this.CONSUME(t.value);
    this.CONSUME(t.newline);
  });

  readonly export = this.RULE('export', () => {
    this.CONSUME(t.export);
    this.CONSUME(t.name);
    this.OPTION(() => {
      this.OPTION2(() => this.CONSUME(t.flag));
      this.CONSUME(t.operator);
      this.CONSUME(t.value);
    });
    this.CONSUME(t.newline);
  });

  readonly unset = this.RULE('unset', () => {
    this.CONSUME(t.unset);
    this.CONSUME(t.name);
    this.OPTION(() => this.CONSUME(t.flag));
    this.CONSUME(t.newline);
  });

  /** A keyword with the rest of its line. */
  readonly command = this.RULE('command', () => {
    this.OR([
      { ALT: () => this.CONSUME(t.include) },
      { ALT: () => this.CONSUME(t.inherit) },
      { ALT: () => this.CONSUME(t.addTask) },
      { ALT: () => this.CONSUME(t.deleteTask) },
      { ALT: () => this.CONSUME(t.addHandler) },
      { ALT: () => this.CONSUME(t.exportFunctions) },
      { ALT: () => this.CONSUME(t.addFragments) },
      { ALT: () => this.CONSUME(t.addPythonLibrary) },
      { ALT: () => this.CONSUME(t.misplaced) },
    ]);
    this.CONSUME(t.words);
    this.CONSUME(t.newline);
  });

  /** Only whole lines are skipped: a guessed token would hide what is wrong. */
  protected override canTokenTypeBeInsertedInRecovery(_type: TokenType): boolean {
    return false;
  }

  protected override canTokenTypeBeDeletedInRecovery(_type: TokenType): boolean {
    return false;
  }
}
