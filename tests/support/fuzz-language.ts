import { SourceText } from '../../engine/base/source-text.ts';
import { parseRecipeFile } from '../../engine/language/parse-recipe-file.ts';
import type { FileKind } from '../../engine/language/statements.ts';
import { brokenTexts } from './broken-texts.ts';

// A byte-level fuzz of the recipe parser; `node tests/language/fuzz.ts --seconds 600 [--seed N]` runs it for long.

/** An input that broke a promise of the parser, and how. */
export interface Finding {
  readonly kind: FileKind;
  readonly text: string;
  readonly problem: string;
}

const slowMs = 2000;
/** Fuzzes for a time from a seed; gives the findings, at most ten, and how many texts were tried. */
export function fuzzLanguage(
  milliseconds: number,
  seed: number,
): { readonly tried: number; readonly findings: Finding[] } {
  const findings: Finding[] = [];
  const end = Date.now() + milliseconds;
  let tried = 0;
  for (const { text, kind } of brokenTexts(seed, Number.POSITIVE_INFINITY)) {
    if (Date.now() >= end || findings.length >= 10) break;
    const problem = check(text, kind);
    if (problem !== undefined) findings.push({ kind, text, problem });
    tried++;
  }
  return { tried, findings };
}

function check(text: string, kind: FileKind): string | undefined {
  const begun = performance.now();
  try {
    const source = new SourceText('fuzz', text);
    const { statements, diagnostics } = parseRecipeFile(source, kind);
    const { length } = source.text;
    const spans = [...statements.map(({ span }) => span), ...diagnostics.map(({ span }) => span)];
    for (const span of spans)
      if (span && !(0 <= span.start && span.start <= span.end && span.end <= length)) return 'a span out of range';
    if (diagnostics.some((each) => each.span === undefined)) return 'a diagnostic without a place';
    if (diagnostics.some((each) => /internal|undefined|\[object/i.test(each.message))) return 'an internal message';
    const took = performance.now() - begun;
    return took > slowMs ? `takes ${took.toFixed(0)} ms` : undefined;
  } catch (error) {
    return `throws ${String(error)}`;
  }
}
