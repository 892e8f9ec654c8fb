import type { OptionTable, OptionValues } from './option-table.ts';

/** What every command knows. */
export const commonOptions = {
  buildDirectory: {
    kind: 'text',
    long: 'build-dir',
    value: 'DIR',
    help: 'the build directory (else: this folder if it has conf/bblayers.conf, or build/ beside stx-bake)',
  },
  verbose: { kind: 'count', short: 'v', help: 'say how long reading the metadata took' },
  debug: { kind: 'count', short: 'D', help: 'the same as --verbose' },
  help: { kind: 'flag', short: 'h', help: 'say what the command does and which options it has' },
  version: { kind: 'flag', help: 'print the version' },
} as const satisfies OptionTable;

const yes = { kind: 'flag', short: 'y', help: 'install missing host tools (as root)' } as const;
const json = { kind: 'flag', help: 'answer as JSON, in the form that docs/reference/inspect.md describes' } as const;

/** `stx-bake TARGET...`. */
export const buildOptions = {
  ...commonOptions,
  yes,
  keepGoing: { kind: 'flag', long: 'continue', short: 'k', help: 'go on with what does not need a failed task' },
  dryRun: { kind: 'flag', short: 'n', help: 'say what would run and why, run nothing' },
  task: { kind: 'text', long: 'cmd', short: 'c', value: 'TASK', help: 'the task to run instead of build' },
  force: { kind: 'flag', short: 'f', help: 'run the tasks that were asked for although they are up to date' },
  clearStamp: {
    kind: 'text',
    short: 'C',
    value: 'TASK',
    help: 'run this task of the targets although it is up to date, then what -c says or build',
  },
  runAll: {
    kind: 'list',
    long: 'runall',
    value: 'TASK',
    help: 'run this task of every recipe that the targets need (may be repeated)',
  },
  runOnly: {
    kind: 'list',
    long: 'runonly',
    value: 'TASK',
    help: 'run, of all that the targets need, only this task (may be repeated)',
  },
  quiet: { kind: 'flag', short: 'q', help: 'only warnings, errors and the result' },
  environment: {
    kind: 'flag',
    short: 'e',
    help: 'print all variables and functions with their history (of a recipe if one is named); builds nothing',
  },
  parseOnly: { kind: 'flag', short: 'p', help: 'read everything, report every error, and say how long it took' },
  showVersions: { kind: 'flag', short: 's', help: 'list all recipes with their latest and preferred versions' },
  graphviz: {
    kind: 'flag',
    short: 'g',
    help: 'write the task graph of the targets to pn-buildlist and task-depends.dot in the current folder',
  },
} as const satisfies OptionTable;

/** `stx-bake boot IMAGE`. */
export const bootOptions = {
  ...commonOptions,
  yes,
  entry: { kind: 'text', value: 'ID', help: 'the boot entry (std, rt)' },
  accelerator: { kind: 'text', long: 'accel', value: 'NAME', help: 'tcg or kvm' },
  uefi: { kind: 'flag', help: 'with UEFI firmware instead of BIOS' },
} as const satisfies OptionTable;

/** `stx-bake lock update|check` and `stx-bake doctor`. */
export const hostOptions = { ...commonOptions, yes } as const satisfies OptionTable;

/** `stx-bake inspect ...` other than a variable. */
export const inspectOptions = { ...commonOptions, json } as const satisfies OptionTable;

/** `stx-bake inspect variable NAME`. */
export const inspectVariableOptions = {
  ...inspectOptions,
  recipe: {
    kind: 'text',
    short: 'r',
    value: 'RECIPE',
    help: 'the recipe whose value is shown (else: the configuration)',
  },
  flag: { kind: 'text', value: 'FLAG', help: 'only this varflag of the variable' },
} as const satisfies OptionTable;

/** `stx-bake layers create NAME`. */
export const createLayerOptions = {
  ...commonOptions,
  priority: { kind: 'text', value: 'N', help: 'its BBFILE_PRIORITY (else 6)' },
} as const satisfies OptionTable;

const rewriting = {
  check: { kind: 'flag', help: 'change nothing; list the files that would change, and end with 1 if there are any' },
  diff: { kind: 'flag', help: 'change nothing; show what would change' },
} as const satisfies OptionTable;

/** `stx-bake fmt`. */
export const formatOptions = { ...commonOptions, ...rewriting } as const satisfies OptionTable;

/** `stx-bake convert-syntax PATH...`. */
export const convertOptions = {
  ...commonOptions,
  ...rewriting,
  override: { kind: 'list', value: 'NAME', help: 'NAME is an override, whatever stands before it (may be repeated)' },
} as const satisfies OptionTable;

/** `stx-bake lint`. */
export const lintOptions = {
  ...commonOptions,
  fix: { kind: 'flag', help: 'rewrite what can be put right without a decision' },
  json: { kind: 'flag', help: 'answer as JSON, in the form that docs/reference/lint.md describes' },
} as const satisfies OptionTable;

/** Values of the options that every command has, with its words. */
export type CommonCall = Call<typeof commonOptions>;

/** What a command is called with: the values of its options, and its words. */
export type Call<Table extends OptionTable> = OptionValues<Table> & { readonly words: readonly string[] };

/** The call of `stx-bake TARGET...`. */
export type BuildCall = Call<typeof buildOptions>;
/** The call of `stx-bake boot`. */
export type BootCall = Call<typeof bootOptions>;
/** The call of `stx-bake lock` and `stx-bake doctor`. */
export type HostCall = Call<typeof hostOptions>;
/** The call of `stx-bake inspect`. */
export type InspectCall = Call<typeof inspectOptions>;
/** The call of `stx-bake inspect variable`. */
export type InspectVariableCall = Call<typeof inspectVariableOptions>;
/** The call of `stx-bake layers create`. */
export type CreateLayerCall = Call<typeof createLayerOptions>;
/** The call of `stx-bake fmt`. */
export type RewriteCall = Call<typeof formatOptions>;
/** The call of `stx-bake convert-syntax`. */
export type ConvertCall = Call<typeof convertOptions>;
/** The call of `stx-bake lint`. */
export type LintCall = Call<typeof lintOptions>;
