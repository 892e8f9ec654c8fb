import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** One question of a case; what else it holds depends on its kind. */
export interface Query {
  readonly id: string;
  readonly kind: string;
  readonly [key: string]: unknown;
}

/** A case as the first step sees it. */
export interface Case {
  readonly name: string;
  readonly directory: string;
  readonly queries: readonly Query[];
}

/** Answers by the id of the query. */
export type Answers = Readonly<Record<string, unknown>>;

/** The folder that holds the cases: DIR itself or `cases` in it. */
export function casesFolder(directory: string): string {
  const inner = join(directory, 'cases');
  return resolve(existsSync(inner) ? inner : directory);
}

/** All cases of a folder by name, without their answers. */
export function readCases(folder: string, only = ''): readonly Case[] {
  return readdirSync(folder)
    .filter((name) => name.includes(only) && existsSync(join(folder, name, 'case.json')))
    .sort()
    .map((name) => ({ name, directory: join(folder, name), queries: readSpec(join(folder, name)).queries }));
}

/** The recorded answers of a case; `undefined` when it has none. */
export function readExpected(each: Case): Answers | undefined {
  return readSpec(each.directory).expected;
}

function readSpec(directory: string): { readonly queries: readonly Query[]; readonly expected?: Answers } {
  return JSON.parse(readFileSync(join(directory, 'case.json'), 'utf8')) as {
    readonly queries: readonly Query[];
    readonly expected?: Answers;
  };
}

/** A folder for projects whose path holds nothing but letters, digits and slashes. */
export function makeScratch(): { readonly path: string; remove(): void } {
  for (;;) {
    const path = mkdtempSync(join(tmpdir(), 'stxconformance'));
    if (/^[a-zA-Z0-9/]+$/.test(path)) return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
    rmSync(path, { recursive: true });
  }
}

/** Lays the files of a case over the skeleton in a new folder. */
export function makeProject(each: Case, directory: string): void {
  mkdirSync(directory);
  cpSync(join(each.directory, '../../skeleton'), directory, { recursive: true });
  const own = join(each.directory, 'case.json');
  cpSync(each.directory, directory, { recursive: true, filter: (source) => source !== own });
}
