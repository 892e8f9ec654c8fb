import type { FileReader } from '../base/file-reader.ts';

/** The override words that the layers of files stand for: machines and distributions, by their configuration files. */
export function overrideWordsOf(paths: readonly string[], files: FileReader): readonly string[] {
  const roots = new Set<string>();
  const seen = new Set<string>();
  for (const path of paths) {
    let folder = path.slice(0, path.lastIndexOf('/'));
    while (folder !== '' && !seen.has(folder)) {
      seen.add(folder);
      if (files.kind(`${folder}/conf/layer.conf`) === 'file') roots.add(folder);
      folder = folder.slice(0, folder.lastIndexOf('/'));
    }
  }
  const folders = [...roots].flatMap((root) => [`${root}/conf/machine`, `${root}/conf/distro`]);
  return folders.flatMap((folder) =>
    files
      .list(folder)
      .flatMap((name) => (/^[a-z0-9][a-z0-9.+-]*\.conf$/.test(name) ? [name.slice(0, -'.conf'.length)] : [])),
  );
}
