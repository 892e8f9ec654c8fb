/** What the process exits with. */
export const exitCodes = {
  ok: 0,
  /** A task failed. */
  failed: 1,
  /** The command line, the configuration or a recipe is wrong. */
  input: 2,
  /** The machine lacks something: a tool, disk space, a permission. */
  environment: 3,
  /** A bug of ours. */
  internal: 70,
  interrupted: 130,
} as const;
