/** A task's environment, parted so that no secret stands in an argument vector, which every user of the host may read. */
export interface SpawnEnvironment {
  /** What the first program is started with: the task's variables, but the engine's PATH. */
  readonly environment: Readonly<Record<string, string>>;
  /** Set on the command line, right before the task: what would lead the tools in between astray. */
  readonly lateVariables: readonly (readonly [string, string])[];
  /** The task is to have no PATH. */
  readonly dropsPath: boolean;
}

const steersPrograms = /^(PATH|IFS|ENV|BASH_ENV|LD_.*|LOCPATH|GCONV_PATH)$/;

/** Parts the environment of a task. */
export function spawnEnvironment(wanted: Readonly<Record<string, string>>): SpawnEnvironment {
  const entries = Object.entries(wanted);
  const early = entries.filter(([name]) => !steersPrograms.test(name));
  return {
    environment: { ...Object.fromEntries(early), PATH: process.env['PATH'] ?? '' },
    lateVariables: entries.filter(([name]) => steersPrograms.test(name)),
    dropsPath: wanted['PATH'] === undefined,
  };
}
