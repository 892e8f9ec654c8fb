import type { FileReader } from '../../engine/base/file-reader.ts';

/** A FileReader over texts by absolute path; `reads` lists every path whose content was asked for. */
export function memoryFiles(files: Readonly<Record<string, string>>): FileReader & { readonly reads: string[] } {
  const reads: string[] = [];
  const isDirectory = (path: string): boolean => Object.keys(files).some((file) => file.startsWith(`${path}/`));
  return {
    reads,
    readText(path) {
      reads.push(path);
      return files[path];
    },
    kind: (path) => (path in files ? 'file' : isDirectory(path) ? 'directory' : 'missing'),
    list(path) {
      const names = Object.keys(files).filter((file) => file.startsWith(`${path}/`));
      return [...new Set(names.map((file) => file.slice(path.length + 1).split('/')[0] ?? ''))].sort();
    },
  };
}
