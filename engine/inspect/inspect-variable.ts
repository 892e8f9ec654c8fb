import { formatSpan } from '../base/source-text.ts';
import type { Datastore, VariableEvent } from '../datastore/datastore.ts';

/** A variable as text: its value, then every operation that shaped it with its place, in order, and its flags. */
export function inspectVariable(name: string, datastore: Datastore): string {
  const value = datastore.get(name);
  const lines = [value === undefined ? `${name} is not set` : `${name}=${JSON.stringify(value)}`];
  const unexpanded = datastore.getUnexpanded(name);
  if (unexpanded !== undefined && unexpanded !== value) lines.push(`  unexpanded ${JSON.stringify(unexpanded)}`);
  for (const event of datastore.history(name)) lines.push(`  ${eventText(event)}`);
  for (const [flag, text] of datastore.flags(name)) lines.push(`  [${flag}] ${JSON.stringify(text)}`);
  return `${lines.join('\n')}\n`;
}

function eventText(event: VariableEvent): string {
  const where = event.span === undefined ? 'given by the engine' : formatSpan(event.span);
  const condition = event.override === undefined ? '' : `:${event.override}`;
  const flag = event.flag === undefined ? '' : `[${event.flag}]`;
  return `${where} ${event.operation}${condition}${flag} ${JSON.stringify(event.value)}`;
}
