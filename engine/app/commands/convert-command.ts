import { nodeFileReader } from '../../base/node-file-reader.ts';
import { convertSyntax } from '../../format/convert-syntax.ts';
import { overrideWordsOf } from '../../format/layer-words.ts';
import type { ConvertCall } from '../command-line/command-options.ts';
import { findMetadataFiles } from '../metadata-files.ts';
import { rewriteFiles } from '../rewrite-files.ts';

/** `stx-bake convert-syntax [--check] [--diff] [--override NAME]... PATH...`. */
export async function convertCommand({ words, check, diff, override }: ConvertCall): Promise<number> {
  const files = findMetadataFiles(words);
  const paths = files.map((each) => each.path);
  const knowledge = { words: new Set([...override, ...overrideWordsOf(paths, nodeFileReader)]) };
  return rewriteFiles({
    files,
    check,
    diff,
    done: 'converted',
    rewrite: (source, { kind }, text) => convertSyntax({ source, text, kind, knowledge }),
  });
}
