/** A replacement in a text; offsets in UTF-16 units, `end` exclusive. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Replacements that are certain, and those that only a person can decide. */
export interface Found {
  readonly edits: readonly Edit[];
  readonly doubts: readonly Edit[];
}

/** The text with all replacements made; of those that overlap the first one counts. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = '';
  let done = 0;
  for (const each of [...edits].sort((a, b) => a.start - b.start)) {
    if (each.start < done) continue;
    result += text.slice(done, each.start) + each.text;
    done = each.end;
  }
  return result + text.slice(done);
}
