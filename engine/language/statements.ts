import type { Diagnostic } from '../base/diagnostic.ts';
import type { SourceText, Span } from '../base/source-text.ts';

/** Assignment operators as written: `=`, `?=`, `??=`, `:=`, `+=`, `=+`, `.=`, `=.`. */
export type AssignOperator = '=' | '?=' | '??=' | ':=' | '+=' | '=+' | '.=' | '=.';

/** A name as written on the left side, references not expanded: `A:append:x86-64`, `FILES:${PN}-dev`. */
export interface NameText {
  readonly text: string;
  readonly span: Span;
}

/** A value: text without its quotes, continuation lines joined as BitBake joins them, and where it stands (quotes included). */
export interface ValueText {
  readonly text: string;
  readonly span: Span;
}

/** One thing a recipe file says, with where it says it. Nothing is expanded here. */
export type Statement =
  | {
      readonly kind: 'assign';
      readonly name: NameText;
      readonly operator: AssignOperator;
      readonly value: ValueText;
      readonly exported: boolean;
      readonly span: Span;
    }
  | {
      readonly kind: 'assign-flag';
      readonly name: NameText;
      readonly flag: string;
      readonly operator: AssignOperator;
      readonly value: ValueText;
      readonly span: Span;
    }
  | { readonly kind: 'export'; readonly name: NameText; readonly span: Span }
  | { readonly kind: 'unset'; readonly name: NameText; readonly flag?: string; readonly span: Span }
  | {
      readonly kind: 'include';
      readonly path: ValueText;
      readonly mode: 'include' | 'require' | 'include_all';
      readonly span: Span;
    }
  | { readonly kind: 'inherit'; readonly classes: ValueText; readonly deferred: boolean; readonly span: Span }
  | {
      readonly kind: 'function';
      /** As written; empty or `__anonymous` for an anonymous Python function (then `anonymous` is set). */
      readonly name: NameText;
      readonly language: 'shell' | 'python';
      readonly fakeroot: boolean;
      readonly anonymous: boolean;
      /** Every line of the body ends in a newline. */
      readonly body: string;
      readonly bodySpan: Span;
      readonly span: Span;
    }
  | { readonly kind: 'def'; readonly name: string; readonly text: string; readonly span: Span }
  | {
      readonly kind: 'add-task';
      readonly names: ValueText;
      readonly before: readonly string[];
      readonly after: readonly string[];
      readonly span: Span;
    }
  | { readonly kind: 'delete-task'; readonly names: ValueText; readonly span: Span }
  | { readonly kind: 'add-handler'; readonly names: ValueText; readonly span: Span }
  | { readonly kind: 'export-functions'; readonly names: ValueText; readonly span: Span }
  | { readonly kind: 'add-python-library'; readonly directory: string; readonly name: string; readonly span: Span }
  | { readonly kind: 'add-fragments'; readonly words: readonly string[]; readonly span: Span };

/** Which statements a file may hold: configuration files have no functions, tasks or inherit. */
export type FileKind = 'configuration' | 'recipe' | 'class' | 'include';

/** What one file says; shared by all configurations. With errors in `diagnostics` the statements are those that could be read. */
export interface ParsedFile {
  readonly source: SourceText;
  readonly kind: FileKind;
  readonly statements: readonly Statement[];
  readonly diagnostics: readonly Diagnostic[];
}
