import { join } from 'node:path';
import { answerers } from './answers/table.ts';
import type { CaseContext } from './case-context.ts';
import { type Answers, type Case, makeProject, type Query } from './cases.ts';
import { type LoadedProject, loadProject } from './loaded-project.ts';

/** Kinds that are answered although the metadata has errors; the others answer with the failure. */
const answeredInSpite = new Set(['error', 'warnings', 'signature', 'run']);

/** The answers to all queries of a case; project folders are made below `scratch`. */
export async function computeAnswers(each: Case, scratch: string): Promise<Answers> {
  let count = 0;
  let loaded: LoadedProject | undefined;
  const folders: string[] = [];
  const freshProject = (): string => {
    count += 1;
    const directory = join(scratch, `${each.name.replaceAll(/[^a-z0-9]/gi, '')}${count}`);
    makeProject(each, directory);
    folders.push(directory);
    return directory;
  };
  const context: CaseContext = {
    freshProject,
    loaded: () => {
      loaded ??= loadProject(freshProject());
      return loaded;
    },
  };
  const answers: Record<string, unknown> = {};
  for (const query of each.queries) answers[query.id] = await answerQuery(query, context);
  return withoutPaths(answers, folders) as Answers;
}

async function answerQuery(query: Query, context: CaseContext): Promise<unknown> {
  try {
    const answer = answerers[query.kind];
    if (answer === undefined) return { unanswered: query.kind };
    const { failure } = answeredInSpite.has(query.kind) ? {} : context.loaded();
    return failure ?? (await answer(query, context));
  } catch (error) {
    return { crashed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** Texts with the paths of the project folders replaced, the longest first. */
function withoutPaths(value: unknown, folders: readonly string[]): unknown {
  const paths = [...folders].sort((a, b) => b.length - a.length);
  const clean = (text: string): string => {
    let result = text;
    for (const path of paths) {
      result = result.replaceAll(path, '${PROJECT}').replaceAll(path.replaceAll('/', '_'), '_PROJECT');
    }
    return result;
  };
  const walk = (part: unknown): unknown => {
    if (typeof part === 'string') return clean(part);
    if (Array.isArray(part)) return part.map(walk);
    if (part === null || typeof part !== 'object') return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [clean(key), walk(inner)]));
  };
  return walk(value);
}
