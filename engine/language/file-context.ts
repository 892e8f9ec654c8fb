import type { CstNode, IToken } from 'chevrotain';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { SourceText, Span } from '../base/source-text.ts';
import { joinLines } from './lexical-patterns.ts';
import type { FileKind, ValueText } from './statements.ts';

/** What building statements needs of the file, and where it reports. */
export interface FileContext {
  readonly source: SourceText;
  /** The source's text with every line end as `\n`, at the same offsets. */
  readonly text: string;
  readonly kind: FileKind;
  readonly report: (diagnostic: Diagnostic) => void;
}

/** The first token of a kind in a node. */
export function tokenIn(node: CstNode, name: string): IToken | undefined {
  const element = node.children[name]?.[0];
  return element !== undefined && 'image' in element ? element : undefined;
}

/** The span of a token without the blanks at its end. */
export function tokenSpan(context: FileContext, token: IToken): Span {
  return context.source.span(token.startOffset, token.startOffset + token.image.trimEnd().length);
}

/** From the start of one token to the end of another. */
export function spanTo(context: FileContext, first: IToken, last: IToken): Span {
  return context.source.span(first.startOffset, tokenSpan(context, last).end);
}

/** A token's text with its lines joined. */
export function textOf(context: FileContext, token: IToken): ValueText {
  return { text: joinLines(token.image), span: tokenSpan(context, token) };
}
