import { fileURLToPath } from 'node:url';
import { parseCacheFiles } from '../../engine/app/parse-cache-files.ts';
import { nodeFileReader } from '../../engine/base/node-file-reader.ts';
import { loadWorkspace, type WorkspaceOptions } from '../../engine/metadata/load-workspace.ts';
import { createInlineEvaluator } from '../../engine/python/evaluate-inline.ts';

/** Reads the corpus below `root` as a start of the program does, its cache in the build directory; counts evaluated recipe files. */
export function loadCorpus(root: string, options: Partial<WorkspaceOptions> = {}) {
  const inner = createInlineEvaluator();
  const seen = new Set<string>();
  const { value, diagnostics } = loadWorkspace({
    topDirectory: `${root}/build`,
    files: nodeFileReader,
    evaluator: {
      ...inner,
      evaluate(code, datastore, where) {
        const file = datastore.getUnexpanded('FILE') ?? '';
        if (file.endsWith('.bb')) seen.add(file);
        return inner.evaluate(code, datastore, where);
      },
    },
    environment: {},
    cache: parseCacheFiles(`${root}/build`),
    ...options,
  });
  const recipes = value.configurations.get('')?.catalog.recipes ?? [];
  return { recipes, diagnostics, evaluated: [...seen].sort() };
}

/** Plain data of all recipes, comparable. */
export function plainRecipes({ recipes }: ReturnType<typeof loadCorpus>) {
  return recipes.map(({ datastore: _, tasks, ...data }) => ({
    ...data,
    tasks: [...tasks.values()].map(({ span: _span, ...task }) => task),
  }));
}

// As a program: reads the corpus at the path given, and says how many recipes there are.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(loadCorpus(process.argv[2] ?? '').recipes.length);
}
