/** A piece of a value: literal text, `${NAME}` or `${@expression}`; offsets are in the value's text. */
export type ExpansionPart =
  | { readonly kind: 'literal'; readonly text: string }
  /** `name` may itself hold references (`${A_${B}}`): then it is that text, expanded first. */
  | { readonly kind: 'reference'; readonly name: string; readonly start: number; readonly end: number }
  | { readonly kind: 'inline'; readonly code: string; readonly start: number; readonly end: number };
