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
  /** Whoever read our output has gone; what a shell gives for SIGPIPE. */
  closedOutput: 141,
} as const;

/** What each exit code tells, for help and manual. */
export const exitCodeMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  ok: 'all went well, or there was nothing to do',
  failed:
    'a task failed, or said an error; with `-k`, targets without a lock were left out; or the answer of a command that checks is no: `fmt --check`, `lint`, `lock check`, `cache verify`, `graph path`, `images select`',
  input: 'the command line, the configuration or a recipe is wrong: nothing was built',
  environment:
    'the machine lacks something: a host tool, disk space, a permission, the network; or another build works in the build directory',
  internal: 'an error of stx-bake itself; please report the text that it printed',
  interrupted: 'stopped by Ctrl-C, SIGTERM or SIGHUP; the next call goes on from there',
  closedOutput: 'whoever read the output went away before its end, as `head` does',
};
