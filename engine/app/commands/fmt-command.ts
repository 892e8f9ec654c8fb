import { formatFile } from '../../format/format-file.ts';
import { readLayerList } from '../../layers/layer-list.ts';
import type { RewriteCall } from '../command-line/command-options.ts';
import { prepareReading, type ReadingOptions } from '../load-metadata.ts';
import { findMetadataFiles } from '../metadata-files.ts';
import { rewriteFiles } from '../rewrite-files.ts';

/** `stx-bake fmt [--check] [--diff] [PATH...]`. */
export async function fmtCommand(options: RewriteCall): Promise<number> {
  const { check, diff } = options;
  const files = findMetadataFiles(pathsOf(options));
  return rewriteFiles({
    files,
    check,
    diff,
    done: 'formatted',
    rewrite: (source, { kind }) => formatFile(source, kind),
  });
}

/** The paths of a call, or the layers of the build directory. */
export function pathsOf(options: ReadingOptions & { readonly words: readonly string[] }): readonly string[] {
  return options.words.length > 0 ? options.words : readLayerList(prepareReading(options)).paths;
}
