import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/source-text.ts';
import type { Edit } from '../format/text-edit.ts';

/** Something that lint found; `fix` rewrites the file in which it lies so that it is gone. */
export interface Finding extends Diagnostic {
  readonly span: Span;
  readonly fix?: readonly Edit[] | undefined;
}
