import type { Query } from './cases.ts';
import type { LoadedProject } from './loaded-project.ts';

/** What an answer may use: the one parsed project of the case, and fresh copies of it. */
export interface CaseContext {
  /** Loaded when first asked for; shared by all queries that only look. */
  loaded(): LoadedProject;
  /** Path of a fresh copy of the project. */
  freshProject(): string;
}

/** Answers one kind of query in the form of `expected`, the project's path not yet replaced. */
export type Answerer = (query: Query, context: CaseContext) => unknown;
