import { sha256 } from '../base/sha256.ts';
import type { TaskOrder } from '../messages/task-order.ts';
import type { DescribedTask, DescribedTaskGraph, TaskRecords } from '../signatures/described-task.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';

/** What the direct dependencies of a task handed on; those of which it is not known are absent. */
export type HandedOn = (task: TaskKey) => Readonly<Record<TaskKey, string>>;

/** More are not sent along: a result must not weigh less than what is told of it. */
const mostBelow = 200;

/**
 * The texts behind the key of a captured result. The tasks below it that capture nothing are in no store: their texts go
 * along, so that another build directory can tell what the key was made from, down to the captured outputs.
 */
export function recordsForStore(
  described: DescribedTask,
  graph: DescribedTaskGraph,
  handedOn: HandedOn,
): TaskOrder['records'] {
  const own = recordsOf(described, graph, handedOn);
  if (own === undefined) return undefined;
  const below: Record<string, string> = {};
  const seen = new Set([described.key]);
  for (const key of seen) {
    if (seen.size > mostBelow) break;
    for (const need of graph.graph.dependencies(key)) {
      const task = graph.task(need);
      if (task.captures || seen.has(need)) continue;
      seen.add(need);
      for (const text of textsOf(recordsOf(task, graph, handedOn))) below[sha256(text)] = text;
    }
  }
  return { signature: own.signature, base: own.base, below: JSON.stringify(below) };
}

/** The records of a task as it is; `undefined` while something that it depends on is not known. */
function recordsOf(described: DescribedTask, graph: DescribedTaskGraph, handedOn: HandedOn): TaskRecords | undefined {
  const digests = new Map(Object.entries(handedOn(described.key)));
  const isComplete = graph.graph.dependencies(described.key).every((key) => digests.has(key));
  return isComplete ? described.records(digests) : undefined;
}

function textsOf(records: TaskRecords | undefined): readonly string[] {
  return records === undefined ? [] : [records.signature, records.base];
}
