import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/source-text.ts';
import type { AssignOperator } from '../language/statements.ts';
import type { BaseReads } from './base-reads.ts';

/** One operation that shaped a variable, in the order in which it took place. */
export interface VariableEvent {
  readonly operation: AssignOperator | 'append' | 'prepend' | 'remove' | 'unset' | 'flag' | 'given' | 'renamed';
  /** The conditional part behind the operation or the name: `arm` in `A:append:arm`. */
  readonly override?: string | undefined;
  readonly flag?: string | undefined;
  readonly value: string;
  /** Absent for what the engine itself gives (`TOPDIR`). */
  readonly span?: Span | undefined;
}

/** Variables, varflags and OVERRIDES, read only. Values are expanded lazily and memoised. BitBake: DataSmart. */
export interface Datastore {
  /** What the maker of the datastore attached; forks carry it on. Opaque here. */
  readonly attached: object | undefined;
  /** Final value: overrides, append, prepend and remove applied, references and inline code expanded. `undefined` = unset. */
  get(name: string): string | undefined;
  /** As `get`, references left as written (`d.getVar(name, False)`). */
  getUnexpanded(name: string): string | undefined;
  /** Expanded value of a varflag. */
  flag(name: string, flag: string): string | undefined;
  flagUnexpanded(name: string, flag: string): string | undefined;
  /** All varflags of a variable, unexpanded, without BitBake's internal ones. */
  flags(name: string): ReadonlyMap<string, string>;
  /** What Python code set a variable or a flag to, when that is no text (`null` for None); else `undefined`. */
  objectOf(name: string, flag?: string): unknown;
  /** As `get` and `getUnexpanded`, but `??=` does not count. */
  getStrong(name: string, expand: boolean): string | undefined;
  /** Whether any override form of the variable is known, in force or not. */
  hasOverrides(name: string): boolean;
  /** Every name that has a value or a flag, override forms included, in code point order. */
  keys(): readonly string[];
  /** Every name that has a value or a flag, override forms excluded, in code point order. */
  names(): readonly string[];
  /** Expands a text; `where` names it in error messages. Throws StxError. */
  expand(text: string, where?: string): string;
  /** OVERRIDES in force, weak to strong. */
  overrides(): readonly string[];
  /** Everything that shaped a variable, override forms included, oldest first. */
  history(name: string): readonly VariableEvent[];
  /** Where the function or value now in force was written, if anywhere. */
  definition(name: string): Span | undefined;
}

/** The writable view, used only while files are evaluated. */
export interface WritableDatastore extends Datastore {
  /** Carries out `name operator value`; `name` may carry overrides and `:append`, `:prepend`, `:remove`. */
  assign(name: string, operator: AssignOperator, value: string, span?: Span): void;
  assignFlag(name: string, flag: string, operator: AssignOperator, value: string, span?: Span): void;
  unset(name: string, span?: Span): void;
  unsetFlag(name: string, flag: string, span?: Span): void;
  /** `d.setVar`: sets and drops pending append, prepend and remove. */
  set(name: string, value: string, span?: Span): void;
  setFlag(name: string, flag: string, value: string, span?: Span): void;
  /** As `set` and `setFlag` with a value that is no text; `shown` stands for it in texts. */
  setObject(name: string, object: unknown, shown: string, span?: Span): void;
  setFlagObject(name: string, flag: string, object: unknown, shown: string): void;
  /** An expression that every final value of the variable goes through as `val`; `undefined` takes it away. */
  setFilter(name: string, expression: string | undefined): void;
  /** See `attached`. */
  attach(value: object): void;
  rename(from: string, to: string, span?: Span): void;
  /** BitBake's expandKeys: names with references become the expanded names. Returns warnings about values it replaced. */
  expandNames(): readonly Diagnostic[];
  /** A child that sees everything of this one and changes only itself (copy on write, cheap). */
  fork(): WritableDatastore;
  /** As `fork`, and notes in `reads` what the child and its forks take from this one, which must not change any more. */
  forkRecording(reads: BaseReads): WritableDatastore;
  /** The readonly view; later writes through this builder throw InternalError. */
  seal(): Datastore;
}
