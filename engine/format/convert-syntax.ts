import type { Diagnostic } from '../base/diagnostic.ts';
import { SourceText, type Span } from '../base/source-text.ts';
import { parseExpansion } from '../language/expansion.ts';
import { joinLines } from '../language/lexical-patterns.ts';
import { type FilePiece, parseRecipeFile, scanRecipeFile } from '../language/parse-recipe-file.ts';
import type { FileKind } from '../language/statements.ts';
import { convertName, convertReference, type Doubt } from './convert-name.ts';
import { convertPython } from './convert-python.ts';
import type { OverrideKnowledge } from './override-words.ts';
import { applyEdits, type Edit, type Found } from './text-edit.ts';

/** A file in today's override syntax. */
export interface ConvertedFile {
  readonly text: string;
  /** How many places were changed. */
  readonly changes: number;
  /** Notes on what has to be decided by hand, and the errors that the result still has. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What the conversion is asked for. */
export interface ConversionRequest {
  readonly source: SourceText;
  /** The text as it stands in the file: a missing newline at its end stays missing. */
  readonly text: string;
  readonly kind: FileKind;
  readonly knowledge: OverrideKnowledge;
}

interface Conversion extends ConversionRequest {
  readonly edits: Edit[];
  readonly notes: Diagnostic[];
}

/** Rewrites `A_append_b`, `FILES_${PN}` and the like in names, references and Python literals; everything else stays. */
export function convertSyntax(request: ConversionRequest): ConvertedFile {
  const { source, kind, text } = request;
  const conversion: Conversion = { ...request, edits: [], notes: [] };
  const pieces = scanRecipeFile(source, kind);
  for (const [index, piece] of pieces.entries())
    convertPiece(piece, pieces.slice(Math.max(0, index - 3), index), conversion);
  const edits = conversion.edits.filter((each) => each.end <= text.length);
  const renewed = applyEdits(text, edits);
  const after = parseRecipeFile(new SourceText(source.path, renewed), kind);
  const errors = after.diagnostics.filter((each) => each.severity === 'error');
  const errorsBefore = parseRecipeFile(source, kind).diagnostics.filter((each) => each.severity === 'error');
  // Only a mistake of ours can break more than it mends: then the file stays as it is.
  if (errors.length > errorsBefore.length)
    return { text, changes: 0, diagnostics: [...conversion.notes, ...errorsBefore] };
  return { text: renewed, changes: edits.length, diagnostics: [...conversion.notes, ...errors] };
}

function convertPiece(piece: FilePiece, before: readonly FilePiece[], conversion: Conversion): void {
  switch (piece.type) {
    case 'FirstName':
      convertNamePiece(piece, conversion);
      break;
    case 'Name':
      convertNameBehindKeyword(piece, before.at(-1), conversion);
      break;
    case 'FunctionHeader':
      convertHeader(piece, conversion);
      break;
    case 'FunctionBody':
      convertBody(piece, before.at(-1), conversion);
      break;
    case 'Def':
      add(convertPython(piece.text, piece.start, conversion.knowledge), conversion);
      break;
    case 'Value':
    case 'WrongValue':
      convertValue(piece, before, conversion);
      break;
    default:
  }
}

function convertNamePiece(piece: FilePiece, conversion: Conversion): void {
  const name = joinLines(piece.text);
  const { text, doubt } = convertName(name, conversion.knowledge);
  const span = conversion.source.span(piece.start, piece.start + piece.text.length);
  if (text !== name) conversion.edits.push({ start: piece.start, end: piece.start + piece.text.length, text });
  if (doubt !== undefined) conversion.notes.push(doubtNote(name, doubt, span));
}

/** `export A_b` and `unset A_b` take no overrides today; with a value behind it `export` does. */
function convertNameBehindKeyword(piece: FilePiece, keyword: FilePiece | undefined, conversion: Conversion): void {
  const { source, text } = conversion;
  const rest = text.slice(piece.start + piece.text.length);
  const hasValue = keyword?.type === 'Export' && /^(?:\[[^\]\n]*\])?\s*[?:+.]*=/.test(rest);
  if (hasValue) {
    convertNamePiece(piece, conversion);
    return;
  }
  const renewed = convertName(piece.text, conversion.knowledge).text;
  if (renewed === piece.text) return;
  const span = source.span(piece.start, piece.start + piece.text.length);
  const word = keyword?.text ?? 'unset';
  conversion.notes.push(
    note(`\`${word}\` takes no overrides: \`${piece.text}\` was left as it is`, span, `would be \`${renewed}\``),
  );
}

function convertHeader(piece: FilePiece, conversion: Conversion): void {
  const match = /^((?:(?:python|fakeroot)[\s\\]+)*)([^\s(\\]+)/.exec(piece.text);
  const [, words = '', name = ''] = match ?? [];
  if (name === '' || name === 'python') return;
  convertNamePiece({ ...piece, text: name, start: piece.start + words.length }, conversion);
}

function convertBody(piece: FilePiece, header: FilePiece | undefined, conversion: Conversion): void {
  const isPython = /^(?:fakeroot[\s\\]+)*python[\s(\\]|^(?:fakeroot\s+)?__anonymous/.test(header?.text ?? '');
  if (isPython) add(convertPython(piece.text, piece.start, conversion.knowledge), conversion);
  else convertReferences(piece.text, piece.start, conversion);
}

const namingFlags = /^\[(?:vardeps|vardepsexclude|vardepvalueexclude)\]$/;

function convertValue(piece: FilePiece, before: readonly FilePiece[], conversion: Conversion): void {
  convertReferences(piece.text, piece.start, conversion);
  const flag = before.findLast((each) => each.type === 'Flag' || each.type === 'Newline');
  if (flag === undefined || !namingFlags.test(flag.text)) return;
  for (const match of piece.text.matchAll(/[A-Za-z][\w.+-]*(?:\$\{\w+\}[\w.+-]*)*/g)) {
    const renewed = convertReference(match[0], conversion.knowledge);
    const start = piece.start + match.index;
    if (renewed !== match[0]) conversion.edits.push({ start, end: start + match[0].length, text: renewed });
  }
}

function convertReferences(text: string, offset: number, conversion: Conversion): void {
  for (const part of parseExpansion(text)) {
    if (part.kind === 'inline')
      add(convertPython(part.code, offset + part.start + 3, conversion.knowledge), conversion);
    if (part.kind !== 'reference') continue;
    const renewed = convertReference(part.name, conversion.knowledge);
    const start = offset + part.start + 2;
    if (renewed !== part.name) conversion.edits.push({ start, end: start + part.name.length, text: renewed });
  }
}

function add(found: Found, conversion: Conversion): void {
  conversion.edits.push(...found.edits);
  for (const each of found.doubts) {
    const old = conversion.source.text.slice(each.start, each.end);
    const span = conversion.source.span(each.start, each.end);
    conversion.notes.push(
      note(`\`${old}\` may be the name of a variable in the old syntax`, span, `if it is one, write \`${each.text}\``),
    );
  }
}

function doubtNote(name: string, doubt: Doubt, span: Span): Diagnostic {
  if (doubt.kind === 'operation-within') {
    const message = `\`${name}\` holds an operation within its name, which today's syntax does not allow`;
    return note(message, span, 'give it another name, also where it is used');
  }
  const { variable, word } = doubt;
  const message = `\`${word}\` in \`${name}\` may be an override, but nothing says so`;
  const help = `if it is one, run it again with \`--override ${word}\`, which gives \`${variable}:${word}\``;
  return note(message, span, help);
}

function note(message: string, span: Span, help: string): Diagnostic {
  return { code: 'undecided-override', severity: 'note', message, span, help };
}
