/** What the engine must know of a built-in task before it runs: data only. A class binds it by `do_x[builtin] = "name"`. */
export interface TaskType {
  readonly name: string;
  /** Variables whose values are part of the base hash and of the order. */
  readonly variables: readonly string[];
  /** Variables that the task gets but that are not hashed (paths, mirrors, download folder). */
  readonly unhashedVariables: readonly string[];
  /** Variables looked up once per word of another one: `FILES:${word}` for each word of PACKAGES. Hashed. */
  readonly perWord?: { readonly list: string; readonly variables: readonly string[] } | undefined;
  /** Varflags that belong to the task: each flag of `variable` whose name ends in `ending`. Hashed; sent as `VAR[flag]`. */
  readonly hashedFlags?: readonly { readonly variable: string; readonly ending: string }[] | undefined;
  /** Programs of the host that do work of the task: their versions are part of its hashes. */
  readonly hostTools?: readonly string[] | undefined;
  /** Reads the local files of SRC_URI (their digests enter the task hash). */
  readonly readsLocalSources?: boolean | undefined;
  /** It removes what the recipe has left: its order says what that is (`clearing`). */
  readonly takesLeftovers?: boolean | undefined;
  /** It is told the names of all tasks of its recipe, as RECIPE_TASKS. */
  readonly takesTaskNames?: boolean | undefined;
  /** Which resource pool it takes a slot of: a download needs no processor. */
  readonly pool: 'processor' | 'network';
  readonly description: string;
}
