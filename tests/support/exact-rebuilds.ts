import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { makePlanInputs } from '../../engine/app/build-ports.ts';
import { describePorts } from '../../engine/app/describe-ports.ts';
import { systemClock } from '../../engine/base/clock.ts';
import { nodeFileReader } from '../../engine/base/node-file-reader.ts';
import { throwErrors } from '../../engine/base/stx-error.ts';
import { type AffectedSubject, affectedTasks } from '../../engine/explain/affected-tasks.ts';
import { loadWorkspace } from '../../engine/metadata/load-workspace.ts';
import type { BaseConfiguration, Workspace } from '../../engine/metadata/workspace.ts';
import { createInlineEvaluator } from '../../engine/python/evaluate-inline.ts';
import { runBuild } from '../../engine/runqueue/runqueue.ts';
import { fileStamps } from '../../engine/runqueue/stamps.ts';
import type { DescribePorts } from '../../engine/signatures/describe-task.ts';
import { describeTasks } from '../../engine/signatures/describe-tasks.ts';
import type { DescribedTaskGraph } from '../../engine/signatures/described-task.ts';
import { buildTaskGraph } from '../../engine/taskgraph/build-task-graph.ts';
import { parseTarget } from '../../engine/taskgraph/parse-target.ts';
import { createWorkerPool } from '../../engine/worker/worker-pool.ts';
import {
  type Change,
  changeArbitrary,
  expectedTasks,
  type GeneratedRecipe,
  projectFiles,
  recipesArbitrary,
} from './generated-project.ts';

/** What the property needs of its surroundings. */
export interface ExactRebuildOptions {
  readonly projects: number;
  readonly changesPerProject: number;
  readonly seed?: number | undefined;
}

/**
 * Builds generated projects, changes one input of each after the other, and checks that exactly those tasks run again that
 * the recipes ask for and `affected` named before. Rejects with the smallest counterexample found.
 */
export async function checkExactRebuilds({ projects, changesPerProject, seed }: ExactRebuildOptions): Promise<void> {
  const changes = fc.array(changeArbitrary(), { minLength: changesPerProject, maxLength: changesPerProject });
  const property = fc.asyncProperty(recipesArbitrary(), changes, async (recipes, drawn) => {
    await using project = new Project(recipes);
    await project.build();
    for (const change of drawn) await project.check(change(recipes));
  });
  await fc.assert(property, { numRuns: projects, ...(seed === undefined ? {} : { seed }) });
}

interface Described {
  readonly workspace: Workspace;
  readonly base: BaseConfiguration;
  readonly described: DescribedTaskGraph;
}

class Project implements AsyncDisposable {
  readonly #path = mkdtempSync(join(tmpdir(), 'stx-generated-'));
  readonly #recipes: readonly GeneratedRecipe[];
  readonly #counts = new Map<string, number>();
  readonly #written = new Map<string, string>();

  constructor(recipes: readonly GeneratedRecipe[]) {
    this.#recipes = recipes;
    this.#write();
  }

  /** Builds everything; the tasks that ran, sorted. */
  async build(): Promise<readonly string[]> {
    const { described, base } = await this.#describe();
    await using runner = createWorkerPool({ threads: 4 });
    const limits = { slots: { processor: 2, network: 2 } };
    const planInputs = makePlanInputs(described, base, new Set());
    const ran: string[] = [];
    for await (const event of runBuild({ planInputs, runner, stamps: fileStamps, clock: systemClock, limits })) {
      if (event.kind === 'task-started') ran.push(event.action === 'run' ? event.task : `restore ${event.task}`);
      if (event.kind === 'task-finished' && event.outcome.status !== 'ok')
        throw new Error(JSON.stringify(event.outcome));
    }
    return ran.sort();
  }

  async check(change: Change): Promise<void> {
    const before = await this.#describe();
    const named = affectedTasks({ ...before, files: nodeFileReader }, [this.#subjectOf(change)]);
    const input = inputOf(change);
    this.#counts.set(input, (this.#counts.get(input) ?? 0) + 1);
    this.#write();
    const after = await this.#describe();
    const ran = await this.build();
    const say = (what: string): string => `${JSON.stringify(change)}: ${what}`;
    same(say('the tasks that ran'), ran, expectedTasks(this.#recipes, change));
    same(say('the tasks that take it in'), [...named.direct].sort(), changedThemselves(before, after));
    const works = (key: string): boolean => !before.described.task(key).noexec;
    const unexpected = ran.filter((key) => !named.certain.has(key) && !named.possible.has(key));
    same(say('tasks that ran although `affected` did not name them'), unexpected, []);
    const missed = [...named.certain].filter((key) => works(key) && !ran.includes(key));
    same(say('tasks that `affected` was certain of, and that did not run'), missed, []);
    same(say('tasks that ran once more'), await this.build(), []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.#path, { recursive: true, force: true });
  }

  /** The versions of tools, of which that of patch changes, are facts of the test: no program of the host is asked. */
  async #describe(): Promise<Described> {
    const environment = { PATH: '/usr/local/bin:/usr/bin:/bin' };
    const { value: workspace, diagnostics } = loadWorkspace({
      ...{ topDirectory: join(this.#path, 'build'), files: nodeFileReader, evaluator: createInlineEvaluator() },
      ...{ environment, givenFlags: {} },
    });
    const base = workspace.configurations.get('')?.base;
    const errors = diagnostics.filter((each) => each.severity === 'error');
    if (base === undefined || errors.length > 0) throw new Error(errors.map((each) => each.message).join('\n'));
    const graph = throwErrors(buildTaskGraph(workspace, [parseTarget('world')]));
    const version = String(this.#counts.get('tool') ?? 0);
    const ports: DescribePorts = {
      ...describePorts(base, new Set()),
      toolVersion: async (name) => (name === 'patch' ? version : '1'),
    };
    return { workspace, base, described: await describeTasks(graph, ports) };
  }

  #write(): void {
    const files = projectFiles(this.#recipes, (input) => this.#counts.get(input) ?? 0);
    for (const [name, text] of Object.entries(files)) {
      if (this.#written.get(name) === text) continue;
      const path = join(this.#path, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      this.#written.set(name, text);
    }
  }

  #subjectOf(change: Change): AffectedSubject {
    const layer = join(this.#path, 'meta-toy');
    switch (change.kind) {
      case 'variable':
        return { kind: 'variable', name: `G${change.number}` };
      case 'own-variable':
        return { kind: 'variable', name: 'OWN', recipe: change.recipe };
      case 'source':
        return { kind: 'file', path: join(layer, 'recipes', change.recipe, 'files/source.txt') };
      case 'patch':
        return { kind: 'file', path: join(layer, 'recipes', change.recipe, 'files/change.patch') };
      case 'lock':
        return {
          ...{ kind: 'lock-record', path: join(this.#path, 'build/conf/records.lock') },
          package: `package-of-${change.recipe}`,
        };
      case 'class':
        return { kind: 'file', path: join(layer, 'classes/common.bbclass') };
      case 'tool':
        return { kind: 'identity', name: 'version of patch' };
    }
  }
}

function inputOf(change: Change): string {
  if (change.kind === 'variable') return `variable ${change.number}`;
  return 'recipe' in change ? `${change.kind} ${change.recipe}` : change.kind;
}

/** Tasks whose own inputs are others, dependencies apart. */
function changedThemselves(before: Described, after: Described): readonly string[] {
  const own = ({ described }: Described, key: string): string => JSON.stringify(described.task(key).inputs);
  return before.described.graph
    .keys()
    .filter((key) => own(before, key) !== own(after, key))
    .sort();
}

function same(what: string, actual: readonly string[], expected: readonly string[]): void {
  if (actual.join('\n') === expected.join('\n')) return;
  throw new Error(`${what}: ${actual.join(' ') || 'none'}\nexpected: ${expected.join(' ') || 'none'}`);
}
