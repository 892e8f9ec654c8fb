import type { InlineEvaluator } from '../../engine/datastore/inline-evaluator.ts';
import type { WorkspaceOptions } from '../../engine/metadata/load-workspace.ts';
import { metadataProject, skeletonEvaluator } from './metadata-project.ts';

/** Files of a project by path; `null` takes a file of the skeleton away. */
export type ProjectFiles = Readonly<Record<string, string | null>>;

/** A cache in memory. No stamp is ever trusted, so that contents alone decide; `writes` counts. */
export class MemoryCache {
  text: string | undefined;
  writes = 0;
  version: string;

  constructor(version = '1') {
    this.version = version;
  }

  read(): string | undefined {
    return this.text;
  }

  write(text: string): void {
    this.text = text;
    this.writes++;
  }

  stamp(): { readonly text: string; readonly changedMs: number } {
    return { text: 'never trusted', changedMs: Number.POSITIVE_INFINITY };
  }
}

/** Loads a project as a new start of the program would; `evaluated` are the recipe files that were evaluated, sorted. */
export function loadProject(files: ProjectFiles, options: Partial<WorkspaceOptions> = {}) {
  const seen = new Set<string>();
  const evaluator: InlineEvaluator = {
    evaluate(code, datastore, where) {
      const file = datastore.getUnexpanded('FILE') ?? '';
      if (file.endsWith('.bb')) seen.add(file);
      return skeletonEvaluator.evaluate(code, datastore, where);
    },
  };
  const project = metadataProject(files, { evaluator, ...options });
  return { ...project, evaluated: [...seen].sort() };
}

/** Everything about the recipes of a loaded project that anybody can ask for, comparable. */
export function answersOf(project: ReturnType<typeof loadProject>, variables: readonly string[]) {
  const configurations = [...project.workspace.configurations].map(([name, { base, catalog }]) => ({
    name,
    layers: base.layers,
    recipeFiles: base.recipeFiles,
    filesRead: base.filesRead,
    machine: base.value('MACHINE'),
    values: variables.map((variable) => base.datastore.get(variable)),
    recipes: catalog.recipes.map((recipe) => {
      const { datastore, tasks, ...data } = recipe;
      return {
        ...data,
        tasks: [...tasks.values()].map(({ span, ...task }) => ({ ...task, place: span && placeOf(span) })),
        values: variables.map((variable) => datastore.get(variable)),
        histories: variables.map((variable) =>
          datastore.history(variable).map(({ span, ...event }) => ({ ...event, place: span && placeOf(span) })),
        ),
      };
    }),
  }));
  const diagnostics = project.diagnostics.map(({ span, related, ...rest }) => ({
    ...rest,
    place: span && placeOf(span),
    related: related?.map((each) => [placeOf(each.span), each.message]),
  }));
  return { configurations, diagnostics };
}

function placeOf({
  source,
  start,
  end,
}: {
  source: { path: string; text: string };
  start: number;
  end: number;
}): string {
  return `${source.path}:${start}-${end} ${source.text.slice(start, end)}`;
}
