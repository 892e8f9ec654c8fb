import type { VariableEvent } from './datastore.ts';
import type { RecordedEvent, Variable } from './variable.ts';
import type { VariableTable } from './variable-table.ts';

/** A variable with one event more. */
export function withEvent(variable: Variable, recorded: RecordedEvent): Variable {
  return { ...variable, history: [...variable.history, recorded] };
}

/** The events of `name` and of its override forms, oldest first. */
export function mergeHistory(name: string, variables: VariableTable): readonly VariableEvent[] {
  const found: RecordedEvent[] = [...(variables.peek(name)?.history ?? [])];
  const prefix = `${name}:`;
  for (const each of variables.formsOf(name)) {
    const form = each.slice(prefix.length);
    for (const { sequence, event } of variables.peek(each)?.history ?? []) {
      const override = event.override === undefined ? form : `${form}:${event.override}`;
      found.push({ sequence, event: { ...event, override } });
    }
  }
  return found.sort((a, b) => a.sequence - b.sequence).map((each) => each.event);
}
