import { neededFiles } from '../host-access.ts';

/** The paths that a pattern names, in code point order; `**` stands for any number of directories. */
export function expandGlob(pattern: string): readonly string[] {
  const parts = pattern.split('/');
  let found = [parts[0] === '' ? '/' : ''];
  for (const part of parts[0] === '' ? parts.slice(1) : parts) found = found.flatMap((each) => step(each, part));
  return pattern === '' ? [] : found;
}

function step(directory: string, part: string): string[] {
  const files = neededFiles('`glob.glob`');
  const below = (name: string) =>
    directory === '' || directory.endsWith('/') ? directory + name : `${directory}/${name}`;
  if (part === '') return [directory];
  if (part === '**') return [directory, ...directoriesBelow(directory)];
  if (!/[*?[]/.test(part)) return files.kind(below(part)) === 'missing' ? [] : [below(part)];
  const wanted = wildcard(part);
  return files
    .list(directory === '' ? '.' : directory)
    .filter((name) => wanted.test(name) && (part.startsWith('.') || !name.startsWith('.')))
    .map(below);
}

function directoriesBelow(directory: string): string[] {
  const files = neededFiles('`glob.glob`');
  const found: string[] = [];
  for (const name of files.list(directory === '' ? '.' : directory)) {
    const path = directory.endsWith('/') || directory === '' ? directory + name : `${directory}/${name}`;
    if (files.kind(path) === 'directory' && !name.startsWith('.')) found.push(path, ...directoriesBelow(path));
  }
  return found;
}

/** The pattern of one name as a regular expression. Python: fnmatch.translate. */
export function wildcard(part: string): RegExp {
  const source = part.replace(/\[!?\]?[^\]]*\]|[*?]|[\s\S]/g, (piece) => {
    if (piece === '*') return '.*';
    if (piece === '?') return '.';
    if (piece.length > 1) return `[${piece.slice(1, -1).replace(/^!/, '^').replaceAll('\\', '\\\\')}]`;
    return piece.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
  });
  return new RegExp(`^${source}$`, 'su');
}
