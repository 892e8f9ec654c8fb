import type { BaseHash, TaskHash } from '../base/brands.ts';
import { compareCodePoints } from '../base/canonical-json.ts';
import { projectPathReplacer } from '../base/project-paths.ts';
import { InternalError } from '../base/stx-error.ts';
import { relativeTaskId } from '../base/task-id.ts';
import { isSwitchedOn } from '../functions/function-flags.ts';
import type { MetadataInputs } from '../messages/task-inputs.ts';
import { findLocalSources } from '../metadata/local-files.ts';
import type { Recipe } from '../metadata/recipe.ts';
import type { Task, TaskGraph, TaskKey } from '../taskgraph/task-graph.ts';
import {
  type DescribePorts,
  describeTask,
  isNoStamp,
  outputsOf,
  type RecipeScope,
  taskTypeOf,
} from './describe-task.ts';
import type { DescribedTask, DescribedTaskGraph } from './described-task.ts';
import { baseHash, baseRecord, type OwnInputs, signatureRecord, taskHash, taskSignature } from './task-signature.ts';
import { VariableDependencies } from './variable-dependencies.ts';

/** Describes every task of a graph: inputs, base hash, task hash. Rejects with StxError for metadata that cannot be read. */
export async function describeTasks(graph: TaskGraph, ports: DescribePorts): Promise<DescribedTaskGraph> {
  const scopes = new Map<Recipe, RecipeScope>();
  const described = new Map<TaskKey, DescribedTask>();
  for (const key of graph.topologicalOrder()) {
    const task = graph.task(key);
    const scope = scopes.get(task.recipe) ?? recipeScope(task.recipe, ports);
    scopes.set(task.recipe, scope);
    const names = dependencyNames(graph, task);
    const { inputs, reads } = await describeTask(task, scope, {
      ports,
      dependencies: [...names.values()].sort(compareCodePoints),
    });
    const { metadata, outside } = inputs;
    const own = { base: baseHash(metadata), surroundings: metadata.surroundings, outside };
    const facts = staticFacts(task);
    const hashes = new Map<TaskKey, string>();
    for (const dependency of names.keys()) hashes.set(dependency, described.get(dependency)?.taskHash ?? '');
    described.set(key, {
      ...facts,
      localSources: scope.localSources,
      inputs,
      reads,
      baseHash: own.base as BaseHash,
      taskHash: taskHash(own, named(names, hashes)) as TaskHash,
      taint: inputs.outside.taint,
      ...signing(own, metadata, { names, facts }),
    });
  }
  return { graph, task: (key) => described.get(key) ?? missing(key) };
}

const noText: MetadataInputs = { body: null, variables: {}, surroundings: {} };

function recipeScope(recipe: Recipe, ports: DescribePorts): RecipeScope {
  const paths = ports.layers.map(({ name, path }) => ({ path, placeholder: `<LAYER:${name}>` }));
  const topDirectory = recipe.datastore.get('TOPDIR');
  if (topDirectory) paths.push({ path: topDirectory, placeholder: '<TOPDIR>' });
  const replacePaths = projectPathReplacer(paths);
  return {
    replacePaths,
    dependencies: new VariableDependencies(recipe.datastore, replacePaths, ports.ignoredVariables),
    localSources: findLocalSources(recipe.datastore, ports.sources),
  };
}

type StaticFacts = Pick<DescribedTask, 'key' | 'task' | 'type' | 'nostamp' | 'noexec' | 'outputs'>;

function staticFacts(task: Task): StaticFacts {
  const noexec = isSwitchedOn(task.recipe.datastore, task.id.task, 'noexec');
  return {
    key: task.key,
    task,
    type: taskTypeOf(task),
    nostamp: isNoStamp(task),
    noexec,
    // What does nothing leaves nothing, whatever its flags name.
    outputs: noexec ? [] : outputsOf(task),
  };
}

/** A noexec task does nothing, whatever its text says; its base hash is BitBake's all the same. */
function signing(
  described: OwnInputs,
  metadata: MetadataInputs,
  more: { readonly names: ReadonlyMap<TaskKey, string>; readonly facts: StaticFacts },
): Pick<DescribedTask, 'signature' | 'records' | 'actionKey' | 'captures'> {
  const { names, facts } = more;
  const text = facts.noexec ? noText : metadata;
  const own = facts.noexec ? { ...described, base: baseHash(noText) } : described;
  const captures = facts.outputs.length > 0;
  return {
    captures,
    signature: (digests) => taskSignature(own, named(names, digests)),
    records: (digests) => ({
      signature: signatureRecord(own, named(names, digests)),
      get base() {
        return baseRecord(text);
      },
    }),
    actionKey: (signature) => (captures ? signature : undefined),
  };
}

/** Dependencies are named without version and path; the configuration only counts where it is another one. */
function dependencyNames(graph: TaskGraph, task: Task): ReadonlyMap<TaskKey, string> {
  return new Map(graph.dependencies(task.key).map((key) => [key, relativeTaskId(graph.task(key).id, task.id)]));
}

function named(names: ReadonlyMap<TaskKey, string>, digests: ReadonlyMap<TaskKey, string>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [key, name] of names) {
    const digest = digests.get(key);
    if (digest === undefined) throw new InternalError(`no digest for \`${name}\``);
    result[name] = digest;
  }
  return result;
}

function missing(key: TaskKey): never {
  throw new InternalError(`\`${key}\` is not in the graph`);
}
