import { convertBeginning, convertName, convertReference } from './convert-name.ts';
import type { OverrideKnowledge } from './override-words.ts';
import type { Edit, Found } from './text-edit.ts';

/** A string literal or a comment; group 1 is the quote, group 2 the text of a literal. */
const literal = /#[^\n]*|("""|'''|"|')((?:\\[\s\S]|(?!\1)[\s\S])*?)\1/g;
/** What stands before a literal that names a variable. */
const namesVariable =
  /(?:\.(?:get|set|append|prepend|del|rename)Var(?:Flags?)?|\.expand|\bbb\.utils\.(?:contains(?:_any)?|filter)|\bbase_contains)\s*\(\s*[rfuRFU]?$|\.renameVar\s*\([^()]*,\s*[rfuRFU]?$/;
const looksLikeName = /^(?:[A-Z][A-Z0-9_]*|pkg_[a-z_]+)_(?:[a-z0-9%${}.+-][^\s"']*)?$/;

/** Rewrites names of variables in Python text that begins at `offset`: where a call says that a literal is one. */
export function convertPython(text: string, offset: number, knowledge: OverrideKnowledge): Found {
  const edits: Edit[] = [];
  const doubts: Edit[] = [];
  for (const match of text.matchAll(literal)) {
    const [, quote, content] = match;
    if (quote === undefined || content === undefined) continue;
    const start = offset + match.index + quote.length;
    const edit = (renewed: string): Edit => ({ start, end: start + content.length, text: renewed });
    const inCall = namesVariable.test(text.slice(Math.max(0, match.index - 200), match.index));
    if (inCall) {
      const renewed = renewLiteral(content, knowledge);
      if (renewed !== content) edits.push(edit(renewed));
    } else if (looksLikeName.test(content)) {
      const renewed = renewLiteral(content, knowledge);
      if (renewed !== content) doubts.push(edit(renewed));
    } else edits.push(...convertReferencesIn(content, start, knowledge));
  }
  return { edits, doubts };
}

function renewLiteral(content: string, knowledge: OverrideKnowledge): string {
  const beginning = convertBeginning(content);
  return beginning === content ? convertName(content, knowledge).text : beginning;
}

const simpleReference = /\$\{([A-Za-z0-9_.+:/-]+(?:\$\{[A-Za-z0-9_]+\}[A-Za-z0-9_.+:/-]*)*)\}/g;

function convertReferencesIn(text: string, offset: number, knowledge: OverrideKnowledge): readonly Edit[] {
  return [...text.matchAll(simpleReference)].flatMap((match) => {
    const [, name = ''] = match;
    const renewed = convertReference(name, knowledge);
    const start = offset + match.index + 2;
    return renewed === name ? [] : [{ start, end: start + name.length, text: renewed }];
  });
}
