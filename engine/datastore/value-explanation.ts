import type { VariableEvent } from './datastore.ts';

/** An operation on a variable or on one of its override forms. */
export interface ShapingEvent {
  /** The variable or form that was written: `A`, `A:board`. */
  readonly name: string;
  readonly event: VariableEvent;
  /** Whether the value in force still holds what the operation gave. */
  readonly counts: boolean;
}

/** A piece of the unexpanded value, and what gave it; the event is absent where that cannot be told. */
export interface ValuePart {
  readonly text: string;
  readonly event: VariableEvent | undefined;
}

/** A removal in force, with its text as written. */
export interface ValueRemoval {
  readonly text: string;
  readonly event: VariableEvent | undefined;
}

/** An override form of a variable: whether its overrides are all in force, and whether its value is the one taken. */
export interface ValueForm {
  readonly name: string;
  readonly override: string;
  readonly active: boolean;
  readonly wins: boolean;
}

/** Where the value of a variable comes from; the texts of `parts`, joined, are the value as it was written. */
export interface ValueExplanation {
  readonly forms: readonly ValueForm[];
  readonly parts: readonly ValuePart[];
  readonly removals: readonly ValueRemoval[];
  /** Everything that was done to the variable and its override forms, oldest first. */
  readonly history: readonly ShapingEvent[];
}

/** What a value was before the engine wrote its references out. */
export interface WrittenOut {
  readonly before: Omit<ValueExplanation, 'history'>;
  /** The writes of the engine: from this place in the order of all writes to that. */
  readonly first: number;
  readonly last: number;
  readonly text: string;
}
