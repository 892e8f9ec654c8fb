import type { CaseContext } from '../case-context.ts';
import type { Query } from '../cases.ts';
import { isErrorOfBitbake, messageOf } from '../loaded-project.ts';

/** Whether the metadata can be read, and what is wrong first. */
export function answerError(_query: Query, context: CaseContext): unknown {
  const { failure, diagnostics } = context.loaded();
  if (failure !== undefined) return failure;
  const messages = diagnostics.filter(isErrorOfBitbake).map(messageOf);
  return { fails: false, ...(messages.length > 0 ? { messages } : {}) };
}
