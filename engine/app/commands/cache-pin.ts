import { StxError } from '../../base/stx-error.ts';
import { makePlan } from '../../plan/make-plan.ts';
import type { Plan } from '../../plan/planned-task.ts';
import { describeTasks } from '../../signatures/describe-tasks.ts';
import type { DescribedTaskGraph } from '../../signatures/described-task.ts';
import { openLocalStore } from '../../sstate/local-store.ts';
import { isPinName, removePin, writePin } from '../../sstate/store-pins.ts';
import { parseTarget } from '../../taskgraph/parse-target.ts';
import type { TaskKey } from '../../taskgraph/task-graph.ts';
import { makePlanInputs, storeDirectory } from '../build-ports.ts';
import type { CacheUnpinCall, CommonCall } from '../command-line/command-options.ts';
import { describePorts } from '../describe-ports.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadMetadata } from '../load-metadata.ts';
import { askedStore, countText } from '../store-question.ts';
import { targetGraph } from '../target-graph.ts';

/** `stx-bake cache pin NAME TARGET...`: all stored results of the tasks that the targets need, with their present inputs. */
export async function cachePinCommand(call: CommonCall): Promise<number> {
  const [name = '', ...targets] = call.words;
  requirePinName(name);
  const { workspace, base } = await loadMetadata(call);
  const options = { task: undefined, runAll: [], runOnly: [], keepGoing: false };
  const graph = targetGraph(workspace, targets.map(parseTarget), options);
  const none: ReadonlySet<TaskKey> = new Set();
  const described = await describeTasks(graph, describePorts(base, none));
  const plan = await makePlan(makePlanInputs(described, base, none));
  const directory = storeDirectory(base);
  const wanted = keysOf(plan, described);
  const there = await openLocalStore(directory).actions.find(wanted.keys);
  const keys = [...there.keys()];
  await writePin(directory, { name, keys, comment: `stx-bake cache pin ${call.words.join(' ')}` });
  const lacking = wanted.keys.length - keys.length + wanted.unknown;
  const missing =
    lacking === 0 ? '' : `; ${countText(lacking, 'task')} without a result ${lacking === 1 ? 'is' : 'are'} not held`;
  process.stdout.write(`stx-bake: \`${name}\` holds ${countText(keys.length, 'result')}${missing}\n`);
  return exitCodes.ok;
}

/** Keys of the tasks that capture, and how many have none yet because their inputs are not known. */
function keysOf(
  plan: Plan,
  described: DescribedTaskGraph,
): { readonly keys: readonly string[]; readonly unknown: number } {
  const keys = new Set<string>();
  let unknown = 0;
  for (const key of plan.tasks.keys()) {
    const task = described.task(key);
    if (!task.captures) continue;
    const dependencies = new Map<TaskKey, string>();
    for (const each of described.graph.dependencies(key)) {
      const digest = plan.digests.get(each);
      if (digest !== undefined) dependencies.set(each, digest);
    }
    const isKnown = dependencies.size === described.graph.dependencies(key).length;
    const actionKey = isKnown ? task.actionKey(task.signature(dependencies)) : undefined;
    if (actionKey === undefined) unknown++;
    else keys.add(actionKey);
  }
  return { keys: [...keys], unknown };
}

/** `stx-bake cache unpin NAME`. */
export async function cacheUnpinCommand(call: CacheUnpinCall): Promise<number> {
  const [name = ''] = call.words;
  requirePinName(name);
  if (await removePin(await askedStore(call), name)) {
    process.stdout.write(`stx-bake: \`${name}\` holds nothing any more\n`);
    return exitCodes.ok;
  }
  throw StxError.of('bad-argument', `there is no pin \`${name}\``, { help: '`stx-bake cache stats` lists the pins' });
}

function requirePinName(name: string): void {
  if (isPinName(name)) return;
  throw StxError.of('bad-argument', `a pin cannot be called \`${name}\``, {
    help: 'use letters, digits and `. _ - + @`, a letter or digit first',
  });
}
