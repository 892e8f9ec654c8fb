import { SourceText } from '../base/source-text.ts';
import type { Finding } from './finding.ts';
import { fileTitle, folderOf, type LintFile, type LintProject } from './lint-project.ts';

/** Files in the folders that a recipe's `file://` entries are looked for in, and that no recipe names. */
export function unusedFiles(project: LintProject): readonly Finding[] {
  const recipes = project.files.filter(({ path }) => /\.(?:bb|bbappend|inc)$/.test(path));
  const folders = new Map<string, LintFile>();
  for (const file of recipes) if (file.selected && file.path.endsWith('.bb')) folders.set(folderOf(file.path), file);
  const patterns = usedNames(recipes);
  return [...folders].flatMap(([folder, recipe]) => unusedBelow({ folder, recipe, recipes, patterns }, project));
}

interface Search {
  readonly folder: string;
  readonly recipe: LintFile;
  readonly recipes: readonly LintFile[];
  readonly patterns: UsedNames;
}

function unusedBelow({ folder, recipe, recipes, patterns }: Search, project: LintProject): readonly Finding[] {
  const titles = recipes.filter(({ path }) => folderOf(path) === folder).flatMap(({ path }) => searchedNames(path));
  return [...new Set(['files', ...titles])].flatMap((name) => {
    const found = project.filesBelow(`${folder}/${name}`);
    return found
      .filter((path) => !isUsed(path, patterns))
      .map((path): Finding => {
        const message = `no recipe names \`${name}/${path}\``;
        const help = `name it in SRC_URI (\`file://${path}\`), or remove it`;
        const source = new SourceText(`${folder}/${name}/${path}`, '');
        const related = [{ span: recipe.parsed.source.span(0, 0), message: 'the recipe beside it' }];
        return { code: 'unused-file', severity: 'warning', message, span: source.span(0, 0), related, help };
      });
  });
}

/** The folders that FILESPATH has for a recipe: BP and BPN. */
function searchedNames(path: string): readonly string[] {
  const file = path.slice(path.lastIndexOf('/') + 1).replace(/\.[a-z]+$/, '');
  const [, version] = /^[^_]*_([^_]*)/.exec(file) ?? [];
  const title = fileTitle(path);
  return version === undefined ? [title] : [title, `${title}-${version}`];
}

/** Whether a file or a folder that holds it is named; the first folder of its path may be an override. */
function isUsed(path: string, { exact, patterns }: UsedNames): boolean {
  const parts = path.split('/');
  return parts.some((_, from) =>
    parts.slice(from).some((__, length) => {
      const tried = parts.slice(from, parts.length - length).join('/');
      return exact.has(tried) || patterns.some((each) => each.test(tried));
    }),
  );
}

/** Paths that recipes name, and those that they name with references or wildcards. */
interface UsedNames {
  readonly exact: ReadonlySet<string>;
  readonly patterns: readonly RegExp[];
}

function usedNames(recipes: readonly LintFile[]): UsedNames {
  const all = new Set(recipes.flatMap(namedPaths));
  const patterns = [...all].flatMap((each) => {
    const parts = each.split(/\$\{[^}]*\}|\*/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return parts.length === 1 ? [] : [new RegExp(`^${parts.join('.*')}$`)];
  });
  return { exact: all, patterns };
}

/** What `file://` entries of a recipe, and paths in its other texts, name. */
function namedPaths({ path, parsed }: LintFile): readonly string[] {
  const text = parsed.source.text;
  const words = [...text.matchAll(/file:\/\/([^\s;"'\\]+)/g)].map((each) => each[1] ?? '');
  const others = [...text.matchAll(/\$\{(?:THISDIR|FILE_DIRNAME|WORKDIR|UNPACKDIR|S)\}\/([^\s;"'\\]+)/g)].map(
    (each) => (each[1] ?? '').split('/').at(-1) ?? '',
  );
  const name = fileTitle(path);
  const known = [...words, ...others].map((each) => each.replaceAll(/\$\{(?:PN|BPN)\}/g, name).replace(/\/+$/, ''));
  return known.filter((each) => each !== '').map((each) => (each === '.' ? '*' : each));
}
