import { cpSync, rmSync } from 'node:fs';
import { describePorts } from '../../../engine/app/describe-ports.ts';
import { describeTasks } from '../../../engine/signatures/describe-tasks.ts';
import type { DescribedTask } from '../../../engine/signatures/described-task.ts';
import type { CaseContext } from '../case-context.ts';
import type { Query } from '../cases.ts';
import { applyEdits, type Edit } from '../edits.ts';
import { type FailureAnswer, loadProject } from '../loaded-project.ts';
import { graphOf, taskText } from './graph.ts';

interface SignatureQuery {
  readonly targets: readonly string[];
  readonly task?: string;
  readonly variants: readonly { readonly name: string; readonly edits?: readonly Edit[] }[];
}

type Hashes = ReadonlyMap<string, Pick<DescribedTask, 'baseHash' | 'taskHash'>>;

/** Which hashes each of some edits changes. */
export async function answerSignature(query: Query, context: CaseContext): Promise<unknown> {
  const asked = query as unknown as SignatureQuery;
  const directory = context.freshProject();
  const pristine = `${directory}pristine`;
  cpSync(directory, pristine, { recursive: true });
  try {
    const unedited = await hashesOf(directory, asked);
    if ('fails' in unedited) return unedited;
    const variants: Record<string, unknown> = {};
    for (const { name, edits } of asked.variants) {
      rmSync(directory, { recursive: true });
      cpSync(pristine, directory, { recursive: true });
      applyEdits(directory, edits);
      const edited = await hashesOf(directory, asked);
      variants[name] = 'fails' in edited ? edited : changes(unedited, edited);
    }
    return { tasks: [...unedited.keys()].sort(), variants };
  } finally {
    rmSync(pristine, { recursive: true });
  }
}

async function hashesOf(directory: string, { targets, task }: SignatureQuery): Promise<Hashes | FailureAnswer> {
  const project = await loadProject(directory);
  const base = project.workspace.configurations.get('')?.base;
  if (project.failure !== undefined || base === undefined) return project.failure ?? noConfiguration;
  const graph = graphOf(project, targets, { defaultTask: task, incomplete: true });
  if ('fails' in graph) return graph;
  const described = await describeTasks(graph, describePorts(base, new Set()));
  return new Map(graph.keys().map((key) => [taskText(graph.task(key).id), described.task(key)]));
}

const noConfiguration: FailureAnswer = { fails: true, stage: 'configuration', messages: [] };

function changes(unedited: Hashes, edited: Hashes): unknown {
  const both = [...unedited.keys()].filter((name) => edited.has(name)).sort();
  const differs = (hash: 'baseHash' | 'taskHash') =>
    Object.fromEntries(both.map((name) => [name, unedited.get(name)?.[hash] !== edited.get(name)?.[hash]]));
  const gone = [...unedited.keys()].filter((name) => !edited.has(name)).sort();
  const fresh = [...edited.keys()].filter((name) => !unedited.has(name)).sort();
  return {
    base: differs('baseHash'),
    task: differs('taskHash'),
    ...(gone.length > 0 ? { gone } : {}),
    ...(fresh.length > 0 ? { new: fresh } : {}),
  };
}
