import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Folder -> folders that it may import, as the rules of dependency-cruiser say it in their comments. */
async function enforcedImports(): Promise<Map<string, string>> {
  const rules = (await import(join(root, '.dependency-cruiser.mjs'))).default.forbidden as {
    readonly name: string;
    readonly comment: string;
  }[];
  const pattern = /^engine\/(\S+) may import only (.*?);/;
  const found = rules.flatMap(({ comment }) => {
    const [, folder = '', targets = ''] = pattern.exec(comment) ?? [];
    return folder === '' ? [] : [[folder, targets] as const];
  });
  return new Map(found);
}

test('the import table of docs/architecture.md is the one that is enforced', async (t) => {
  const section = read('docs/architecture.md').split('## 6. ')[1]?.split('\n## ')[0] ?? '';
  const rows = [...section.matchAll(/^\| ([a-z].*?) \| (.*?) \|$/gm)].filter(([, first]) => first !== 'folder');
  const written = rows.flatMap(([, folders = '', targets = '']) =>
    folders.split(', ').map((folder) => [folder, targets] as const),
  );
  const byName = (table: Iterable<readonly [string, string]>) => [...table].sort(([a], [b]) => (a < b ? -1 : 1));
  t.deepEqual(byName(written), byName(await enforcedImports()));
});

test('every folder of the engine and every layer says in a README what it is for', (t) => {
  const folders = globSync('engine/**/', { cwd: root }).filter((folder) =>
    readdirSync(join(root, folder)).some((name) => name.endsWith('.ts')),
  );
  t.true(folders.length > 20);
  const wanted = ['engine', 'layers', ...globSync('meta-*', { cwd: root }), ...folders];
  t.deepEqual(
    wanted.filter((folder) => !existsSync(join(root, folder, 'README.md'))),
    [],
  );
});

test('a source file that a README or a page of docs names exists', (t) => {
  const pages = globSync(['*.md', 'docs/**/*.md', 'engine/**/README.md', 'layers/**/*.md', 'meta-*/**/*.md'], {
    cwd: root,
  });
  const names = new Set(globSync('engine/**/*.ts', { cwd: root }).map((file) => basename(file)));
  const missing = pages.flatMap((page) =>
    [...read(page).matchAll(/`([\w./-]+\.ts)`/g)].flatMap(([, path = '']) => {
      if (/[A-Z]{3}/.test(path)) return [];
      const places = [dirname(page), 'engine', '.'].map((folder) => join(root, folder, path));
      const isKnownName = !page.endsWith('README.md') && names.has(path);
      return isKnownName || places.some((place) => existsSync(place)) ? [] : [`${page}: ${path}`];
    }),
  );
  t.deepEqual(missing, []);
});
