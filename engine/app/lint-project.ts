import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { nodeFileReader } from '../base/node-file-reader.ts';
import { SourceText } from '../base/source-text.ts';
import { parseRecipeFile } from '../language/parse-recipe-file.ts';
import { readLayerList } from '../layers/layer-list.ts';
import type { LintFile, LintProject } from '../lint/lint-project.ts';
import { findBuildDirectory } from './build-directory.ts';
import { prepareReading, type ReadingOptions } from './load-metadata.ts';
import { findMetadataFiles, type MetadataFile, readFileText } from './metadata-files.ts';

/** The files to look at with all that they may refer to, and the errors of those that cannot be read. */
export interface OpenedProject {
  readonly project: LintProject;
  readonly errors: readonly Diagnostic[];
}

/**
 * Reads the files of the paths (none: the layers of the build directory), and for what they refer to the layers that hold
 * them, those of the build directory if there is one, and its conf/.
 */
export function openLintProject(paths: readonly string[], options: ReadingOptions): OpenedProject {
  const build = findBuildDirectory(options.buildDirectory, process.cwd());
  const hasBuild = paths.length === 0 || existsSync(join(build, 'conf/bblayers.conf'));
  const layers = hasBuild ? readLayerList(prepareReading(options)).paths : [];
  const selected = findMetadataFiles(paths.length === 0 ? layers : paths);
  const around = [...layers, ...rootsOf(selected)].filter((each) => existsSync(each));
  const settings = hasBuild ? [join(build, 'conf')].filter((each) => existsSync(each)) : [];
  const files = new Map<string, MetadataFile>();
  for (const each of [...selected, ...findMetadataFiles([...around, ...settings])]) files.set(each.path, each);
  const chosen = new Set(selected.map((each) => each.path));
  const parsed = [...files.values()].map((file) => parse(file, chosen.has(file.path)));
  const errors = parsed.flatMap((file) =>
    file.selected ? file.parsed.diagnostics.filter((each) => each.severity === 'error') : [],
  );
  return { project: { files: parsed, filesBelow }, errors };
}

function parse({ path, kind }: MetadataFile, selected: boolean): LintFile {
  return { path, selected, parsed: parseRecipeFile(new SourceText(path, readFileText(path).text), kind) };
}

/** The layers that files lie in: the nearest folder above them that has a conf/layer.conf. */
function rootsOf(files: readonly MetadataFile[]): readonly string[] {
  const roots = new Map<string, string | undefined>();
  const rootOf = (folder: string): string | undefined => {
    if (roots.has(folder)) return roots.get(folder);
    const above = dirname(folder);
    const here = existsSync(join(folder, 'conf/layer.conf'));
    const root = here ? folder : above === folder ? undefined : rootOf(above);
    roots.set(folder, root);
    return root;
  };
  return [...new Set(files.map((each) => rootOf(dirname(each.path))))].filter((each) => each !== undefined);
}

function filesBelow(folder: string): readonly string[] {
  return nodeFileReader.list(folder).flatMap((name) => {
    const path = join(folder, name);
    return nodeFileReader.kind(path) === 'directory' ? filesBelow(path).map((each) => `${name}/${each}`) : [name];
  });
}
