import { type Diagnostic, errorDiagnostic } from '../base/diagnostic.ts';
import type { FileReader } from '../base/file-reader.ts';
import type { SourceText } from '../base/source-text.ts';

const replacement = '\ufffd';

/** The error for a file that is not UTF-8, at its first byte that is none; nothing for any other. BitBake refuses such a file. */
export function checkEncoding(source: SourceText, reader: FileReader): readonly Diagnostic[] {
  if (!source.text.includes(replacement)) return [];
  const bytes = reader.readBytes?.(source.path);
  const offset = bytes && firstDifference(source.text, bytes);
  if (bytes === undefined || offset === undefined) return [];
  const byte = bytes[offset.byte] ?? 0;
  const message = `the byte 0x${byte.toString(16).padStart(2, '0')} is not UTF-8`;
  const help = 'save the file as UTF-8, for example with `iconv -f ISO-8859-1 -t UTF-8`';
  return [errorDiagnostic('not-utf8', message, { span: source.span(offset.text, offset.text + 1), help })];
}

/** Where the decoded text first stands for bytes that it does not give back. */
function firstDifference(
  text: string,
  bytes: Uint8Array,
): { readonly text: number; readonly byte: number } | undefined {
  let byte = 0;
  let last = 0;
  for (let at = text.indexOf(replacement); at !== -1; at = text.indexOf(replacement, at + 1)) {
    byte += Buffer.byteLength(text.slice(last, at));
    last = at;
    if (bytes[byte] !== 0xef || bytes[byte + 1] !== 0xbf || bytes[byte + 2] !== 0xbd) return { text: at, byte };
  }
  return undefined;
}
