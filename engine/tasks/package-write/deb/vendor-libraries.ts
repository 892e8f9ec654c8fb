import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareCodePoints } from '../../../base/canonical-json.ts';
import { systemError } from '../../../base/system-error.ts';
import { compareDebVersions } from './deb-version.ts';

/** Whom a package must depend on for a library: elements for Depends. */
export type VendorLibraries = (soname: string) => readonly string[] | undefined;

/**
 * Reads which package offers which library out of the dpkg database of a root (deb-shlibs(5), deb-symbols(5)). A
 * `shlibs` line is taken as it stands; a `symbols` file gives its newest symbol's version as the least one.
 */
export async function readVendorLibraries(root: string, architecture: string): Promise<VendorLibraries> {
  const directory = join(root, 'var/lib/dpkg/info');
  const names = await databaseFiles(directory, architecture);
  const libraries = new Map<string, readonly string[]>();
  for (const name of names.filter((each) => each.endsWith('.symbols'))) {
    addAll(libraries, parseSymbols(await readFile(join(directory, name), 'utf8')));
  }
  // Second, so that they count where a package has both.
  for (const name of names.filter((each) => each.endsWith('.shlibs'))) {
    addAll(libraries, parseShlibs(await readFile(join(directory, name), 'utf8')));
  }
  return (soname) => libraries.get(soname) ?? libraries.get(libraryKey(soname) ?? '');
}

async function databaseFiles(directory: string, architecture: string): Promise<readonly string[]> {
  try {
    const names = await readdir(directory);
    return names.filter((name) => isOfArchitecture(name, architecture)).sort(compareCodePoints);
  } catch (error) {
    throw systemError(error, 'reading', directory);
  }
}

/** `libc6:amd64.shlibs` or `foo.shlibs`. */
function isOfArchitecture(name: string, architecture: string): boolean {
  const found = /^[^:]+?(?::([^.]+))?\.(?:shlibs|symbols)$/.exec(name);
  return found !== null && (found[1] === undefined || found[1] === architecture);
}

function addAll(libraries: Map<string, readonly string[]>, more: ReadonlyMap<string, readonly string[]>): void {
  for (const [key, depends] of more) libraries.set(key, depends);
}

/** Lines `[type:] library version dependency...`; lines with a type are not for ordinary packages. */
export function parseShlibs(text: string): ReadonlyMap<string, readonly string[]> {
  const result = new Map<string, readonly string[]>();
  for (const line of text.split('\n')) {
    const found = /^([^\s:#]+)\s+(\S+)\s+(\S.*)$/.exec(line.trim());
    if (found === null) continue;
    const key = `${found[1]} ${found[2]}`;
    const depends = (found[3] ?? '').split(',').map((each) => each.trim());
    result.set(key, [...(result.get(key) ?? []), ...depends]);
  }
  return result;
}

/** The key of a soname in shlibs files: `libz.so.1` -> `libz 1`, `libbfd-2.40.so` -> `libbfd 2.40`. */
export function libraryKey(soname: string): string | undefined {
  const found = /^(.+)\.so\.(.+)$/.exec(soname) ?? /^(.+)-(\d.*)\.so$/.exec(soname);
  return found === null ? undefined : `${found[1]} ${found[2]}`;
}

/** Headers `soname package #MINVER#`, each followed by lines ` symbol version`. */
export function parseSymbols(text: string): ReadonlyMap<string, readonly string[]> {
  const templates = new Map<string, { readonly template: string; newest: string }>();
  let current: { readonly template: string; newest: string } | undefined;
  for (const line of text.split('\n')) {
    const header = /^([^\s#*|][^\s]*)\s+(\S.*)$/.exec(line);
    const symbol = /^\s+(?:"[^"]*"\S*|\S+)\s+(\S+)/.exec(line);
    if (header !== null) {
      current = { template: header[2] ?? '', newest: '' };
      templates.set(header[1] ?? '', current);
    } else if (symbol?.[1] !== undefined && current !== undefined) {
      if (compareDebVersions(symbol[1], current.newest) > 0) current.newest = symbol[1];
    }
  }
  return new Map([...templates].map(([soname, { template, newest }]) => [soname, fillTemplate(template, newest)]));
}

function fillTemplate(template: string, newest: string): readonly string[] {
  const constraint = newest === '' ? '' : `(>= ${newest})`;
  return template.split(',').map((each) => each.replace('#MINVER#', constraint).trim());
}
