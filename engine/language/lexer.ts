import { type IToken, Lexer } from 'chevrotain';
import type { FileKind } from './statements.ts';
import { lexerModes } from './tokens.ts';

/** The tokens of a file, and its comments, which are no tokens. */
export interface LexedFile {
  readonly tokens: IToken[];
  readonly comments: readonly IToken[];
}

/** A function from text to tokens; costly to make, so made once. */
export function createLexer(): (text: string, kind: FileKind) => LexedFile {
  const lexer = new Lexer(
    { modes: { ...lexerModes }, defaultMode: 'recipe' },
    { positionTracking: 'onlyOffset', skipValidations: true, safeMode: true },
  );
  return (text, kind) => {
    const lexed = lexer.tokenize(text, kind === 'configuration' ? 'configuration' : 'recipe');
    const { comments = [] } = lexed.groups;
    return { tokens: lexed.tokens, comments };
  };
}
