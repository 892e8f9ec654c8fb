/** What the text of a task says: body and variables are covered by the base hash, all of it by the signature. */
export interface MetadataInputs {
  /** Unexpanded text of the task's function, or `builtin:NAME`; `null` for a task without a body. */
  readonly body: string | null;
  /** Every variable, function and `VAR[flag]` that the body uses, directly or not; `null` when it is not set. */
  readonly variables: Readonly<Record<string, string | null>>;
  /** The same of what its functions run in (their root, for Python the environment), and the values of inline expressions that no text tells. */
  readonly surroundings: Readonly<Record<string, string | null>>;
}

/** What a task takes in from outside the metadata. */
export interface OutsideInputs {
  readonly recipe: string;
  readonly task: string;
  /** File as the metadata names it -> digest, or `missing`. */
  readonly files: Readonly<Record<string, string>>;
  /** Root name -> digest of its lock records. */
  readonly locks: Readonly<Record<string, string>>;
  /** Output directories as the metadata writes them. */
  readonly outputs: readonly string[];
  /** Names of the direct dependencies (`recipe:do_task`), sorted. */
  readonly dependencies: readonly string[];
  /** Tools, platform and sandbox: whatever app says identifies the place of work. */
  readonly identity: Readonly<Record<string, string>>;
  /** Makes the hash of a `nostamp` or forced task differ. */
  readonly taint?: string | undefined;
}

/** All that a task itself reads, as canonical JSON; what its dependencies hand on is added in the signature. */
export interface TaskInputs {
  readonly metadata: MetadataInputs;
  readonly outside: OutsideInputs;
}
