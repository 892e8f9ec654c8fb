import type { OptionTable, OptionValues } from './option-table.ts';

/** What every command knows. */
export const commonOptions = {
  buildDirectory: {
    kind: 'text',
    long: 'build-dir',
    value: 'DIR',
    help: 'the build directory (else: this folder if it has conf/bblayers.conf, or build/ beside stx-bake)',
  },
  verbose: {
    kind: 'count',
    short: 'v',
    help: 'say how long reading the metadata took, and how much came from the parse cache',
  },
  debug: { kind: 'count', short: 'D', help: 'the same as --verbose' },
  help: { kind: 'flag', short: 'h', help: 'say what the command does and which options it has' },
  version: { kind: 'flag', help: 'print the version' },
} as const satisfies OptionTable;

const yes = { kind: 'flag', short: 'y', help: 'install missing host tools (as root)' } as const;
const json = {
  kind: 'flag',
  help: 'answer as JSON; docs/reference/inspect.md and docs/explain.md describe the forms',
} as const;

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
  buildFile: {
    kind: 'text',
    long: 'buildfile',
    short: 'b',
    value: 'FILE',
    help: 'run a task of this recipe file, and nothing of other recipes, whatever it depends on',
  },
  allOs: {
    kind: 'flag',
    help: 'build the targets for every operating system of ALL_OS; what one cannot have is named with the reason',
  },
  only: {
    kind: 'flag',
    help: 'bring only the recipes of the targets up to date; what others left is used as it is (one that left nothing is built)',
  },
  noDescendants: {
    kind: 'flag',
    help: 'apart from the targets, build no recipe anew only because one that it needs has changed',
  },
  noSetscene: { kind: 'flag', help: 'use no stored results, and build again what was restored from them' },
  skipSetscene: { kind: 'flag', help: 'use no stored results from now on; what was restored before stays' },
  setsceneOnly: { kind: 'flag', help: 'put stored results in place, and run nothing' },
  quiet: { kind: 'flag', short: 'q', help: 'only how much there is to do, warnings, errors and the result' },
  events: {
    kind: 'text',
    value: 'FILE',
    help: 'write what happens to FILE as JSON lines, as docs/reference/events.md says (- is standard output)',
  },
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

/** `stx-bake replay [FILE]`. */
export const replayOptions = {
  ...commonOptions,
  speed: { kind: 'text', value: 'N', help: 'N times as fast as it was; `max` waits for nothing (else 1)' },
} as const satisfies OptionTable;

/** `stx-bake boot IMAGE`. */
export const bootOptions = {
  ...commonOptions,
  yes,
  entry: { kind: 'text', value: 'ID', help: 'the boot entry (std, rt)' },
  accelerator: { kind: 'text', long: 'accel', value: 'NAME', help: 'tcg or kvm' },
  uefi: { kind: 'flag', help: 'with UEFI firmware instead of BIOS' },
} as const satisfies OptionTable;

const imagesDirectory = {
  kind: 'text',
  value: 'DIR',
  help: 'images in this folder and those in it (else: where the configurations leave them)',
} as const;

/** `stx-bake images list`. */
export const imagesOptions = {
  ...commonOptions,
  json: { kind: 'flag', help: 'answer as JSON, in the form that docs/images.md describes' },
  dir: imagesDirectory,
} as const satisfies OptionTable;

/** `stx-bake images select NAME`. */
export const selectImageOptions = {
  ...imagesOptions,
  arch: { kind: 'text', value: 'ARCH', help: 'the architecture of the machine (else x86_64)' },
  platform: { kind: 'text', value: 'NAME', help: 'what is finer than the architecture, such as power9' },
} as const satisfies OptionTable;

/** `stx-bake doctor`. */
export const hostOptions = { ...commonOptions, yes } as const satisfies OptionTable;

/** `stx-bake lock ...`. */
export const lockOptions = {
  ...hostOptions,
  sources: {
    kind: 'flag',
    help: 'with `update`: write the newest commits of sources with AUTOREV into SRCREV_LOCK_FILE instead',
  },
} as const satisfies OptionTable;

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

/** `stx-bake plan TARGET...`: what chooses the tasks of a build, and how they are shown. */
export const planOptions = {
  ...commonOptions,
  json: { kind: 'flag', help: 'answer as JSON, in the form that docs/explain.md describes' },
  all: { kind: 'flag', help: 'a line for every task, those that are up to date or not needed too' },
  allOs: buildOptions.allOs,
  task: buildOptions.task,
  force: buildOptions.force,
  clearStamp: buildOptions.clearStamp,
  runAll: buildOptions.runAll,
  runOnly: buildOptions.runOnly,
} as const satisfies OptionTable;

/** `stx-bake why TARGET`. */
export const whyOptions = {
  ...commonOptions,
  json: { kind: 'flag', help: 'answer as JSON, in the form that docs/explain.md describes' },
  since: {
    kind: 'text',
    value: 'BUILD',
    help: 'compare with what build BUILD had made, as `stx-bake history` numbers it',
  },
  all: { kind: 'flag', help: 'leave nothing out' },
} as const satisfies OptionTable;

/** `stx-bake affected FILE|VARIABLE|RECIPE...`. */
export const affectedOptions = {
  ...commonOptions,
  json: { kind: 'flag', help: 'answer as JSON, in the form that docs/explain.md describes' },
  target: {
    kind: 'list',
    short: 't',
    value: 'TARGET',
    help: 'of what this target needs (may be repeated; else: of world)',
  },
  all: { kind: 'flag', help: 'leave nothing out' },
} as const satisfies OptionTable;

/** `stx-bake graph order|path`. */
export const graphOptions = {
  ...commonOptions,
  json: { kind: 'flag', help: 'answer as JSON, in the form that docs/reference/graph.md describes' },
  dot: { kind: 'flag', help: 'answer for Graphviz' },
  of: { kind: 'text', value: 'KIND', help: 'the graph of tasks, recipes or packages (else: what TARGET is)' },
} as const satisfies OptionTable;

/** `stx-bake graph deps|rdeps TARGET`. */
export const graphTreeOptions = {
  ...graphOptions,
  depth: { kind: 'text', value: 'N', help: 'how many steps are shown (else 3), or `all`' },
} as const satisfies OptionTable;

/** `stx-bake layers create NAME`. */
export const createLayerOptions = {
  ...commonOptions,
  priority: { kind: 'text', value: 'N', help: 'its BBFILE_PRIORITY (else 6)' },
} as const satisfies OptionTable;

/** `stx-bake devtool modify RECIPE [DIR]`. */
export const devtoolModifyOptions = {
  ...commonOptions,
  noExtract: { kind: 'flag', help: 'take DIR as it is, a git work tree of the sources' },
} as const satisfies OptionTable;

/** `stx-bake devtool finish RECIPE LAYER`. */
export const devtoolFinishOptions = {
  ...commonOptions,
  override: {
    kind: 'text',
    value: 'WORD',
    help: 'the patches are for systems with this word of OVERRIDES alone: a system, a release, a family, rpm',
  },
} as const satisfies OptionTable;

/** `stx-bake devtool upgrade RECIPE`. */
export const devtoolUpgradeOptions = {
  ...commonOptions,
  newVersion: {
    kind: 'text',
    long: 'to',
    short: 'V',
    value: 'V',
    help: 'the new version, for sources that are downloads',
  },
  srcrev: {
    kind: 'text',
    value: 'R',
    help: 'the new commit, branch or tag, for sources of git (else the newest of the branch)',
  },
} as const satisfies OptionTable;

/** `stx-bake devtool status`. */
export const devtoolStatusOptions = {
  ...commonOptions,
  json: { kind: 'flag', help: 'answer as JSON, in the form that docs/developer-guide.md describes' },
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

const store = { kind: 'text', value: 'DIR', help: 'the store (else: SSTATE_DIR of the build directory)' } as const;

/** `stx-bake cache serve`. */
export const cacheServeOptions = {
  ...commonOptions,
  store,
  listen: { kind: 'text', value: 'ADDRESS:PORT', help: 'where to listen (else 127.0.0.1:8480)' },
  tokenFile: {
    kind: 'text',
    value: 'FILE',
    help: 'who may write: lines of the form `NAME TOKEN`, read again when changed (else: nobody)',
  },
  private: { kind: 'flag', help: 'reading needs a token, too' },
  tlsCert: { kind: 'text', value: 'FILE', help: 'certificate chain for https, PEM' },
  tlsKey: { kind: 'text', value: 'FILE', help: 'its key, PEM' },
  accessLog: { kind: 'text', value: 'FILE', help: 'append one line per request to FILE (else: standard output)' },
  maxConnections: { kind: 'text', value: 'N', help: 'connections at the same time (else 512)' },
  maxBlob: { kind: 'text', value: 'MIB', help: 'size of an uploaded blob, in MiB (else 16384)' },
  quiet: { kind: 'flag', short: 'q', help: 'no access log on standard output' },
} as const satisfies OptionTable;

/** `stx-bake cache publish`. */
export const cachePublishOptions = { ...commonOptions } as const satisfies OptionTable;

/** `stx-bake cache keygen NAME FILE`. */
export const cacheKeygenOptions = { ...commonOptions } as const satisfies OptionTable;

/** `stx-bake cache gc`. */
export const cacheGcOptions = {
  ...commonOptions,
  store,
  maxSize: {
    kind: 'text',
    value: 'SIZE',
    help: 'keep at most so much, such as 20G or 500M: what was not used for longest goes',
  },
  unused: { kind: 'text', value: 'TIME', help: 'remove what was not used for so long, such as 30d or 12h' },
  olderThan: { kind: 'text', value: 'TIME', help: 'remove what was stored so long ago' },
  dryRun: { kind: 'flag', short: 'n', help: 'say what would be removed, and remove nothing' },
  json: { kind: 'flag', help: 'answer as JSON' },
} as const satisfies OptionTable;

/** `stx-bake cache verify`. */
export const cacheVerifyOptions = {
  ...commonOptions,
  store,
  dryRun: { kind: 'flag', short: 'n', help: 'say what is wrong, and leave it where it is' },
  json: { kind: 'flag', help: 'answer as JSON' },
} as const satisfies OptionTable;

/** `stx-bake cache stats`. */
export const cacheStatsOptions = {
  ...commonOptions,
  store,
  json: { kind: 'flag', help: 'answer as JSON' },
} as const satisfies OptionTable;

/** `stx-bake cache unpin NAME`. */
export const cacheUnpinOptions = { ...commonOptions, store } as const satisfies OptionTable;

/** Values of the options that every command has, with its words. */
export type CommonCall = Call<typeof commonOptions>;

/** What a command is called with: the values of its options, and its words. */
export type Call<Table extends OptionTable> = OptionValues<Table> & { readonly words: readonly string[] };

/** The call of `stx-bake TARGET...`. */
export type BuildCall = Call<typeof buildOptions>;
/** The call of `stx-bake replay`. */
export type ReplayCall = Call<typeof replayOptions>;
/** The call of `stx-bake boot`. */
export type BootCall = Call<typeof bootOptions>;
/** The call of `stx-bake images list`. */
export type ImagesCall = Call<typeof imagesOptions>;
/** The call of `stx-bake images select`. */
export type SelectImageCall = Call<typeof selectImageOptions>;
/** The call of `stx-bake lock`. */
export type LockCall = Call<typeof lockOptions>;
/** The call of `stx-bake doctor`. */
export type HostCall = Call<typeof hostOptions>;
/** The call of `stx-bake inspect`. */
export type InspectCall = Call<typeof inspectOptions>;
/** The call of `stx-bake inspect variable`. */
export type InspectVariableCall = Call<typeof inspectVariableOptions>;
/** The call of `stx-bake plan`. */
export type PlanCall = Call<typeof planOptions>;
/** The call of `stx-bake why`. */
export type WhyCall = Call<typeof whyOptions>;
/** The call of `stx-bake affected`. */
export type AffectedCall = Call<typeof affectedOptions>;
/** The call of `stx-bake graph order` and `stx-bake graph path`. */
export type GraphCall = Call<typeof graphOptions>;
/** The call of `stx-bake graph deps` and `stx-bake graph rdeps`. */
export type GraphTreeCall = Call<typeof graphTreeOptions>;
/** The call of `stx-bake layers create`. */
export type CreateLayerCall = Call<typeof createLayerOptions>;
/** The call of `stx-bake devtool modify`. */
export type DevtoolModifyCall = Call<typeof devtoolModifyOptions>;
/** The call of `stx-bake devtool finish`. */
export type DevtoolFinishCall = Call<typeof devtoolFinishOptions>;
/** The call of `stx-bake devtool upgrade`. */
export type DevtoolUpgradeCall = Call<typeof devtoolUpgradeOptions>;
/** The call of `stx-bake fmt`. */
export type RewriteCall = Call<typeof formatOptions>;
/** The call of `stx-bake convert-syntax`. */
export type ConvertCall = Call<typeof convertOptions>;
/** The call of `stx-bake lint`. */
export type LintCall = Call<typeof lintOptions>;
/** The call of `stx-bake cache serve`. */
export type CacheServeCall = Call<typeof cacheServeOptions>;
/** The call of `stx-bake cache publish`. */
export type CachePublishCall = Call<typeof cachePublishOptions>;
/** The call of `stx-bake cache keygen`. */
export type CacheKeygenCall = Call<typeof cacheKeygenOptions>;
/** The call of `stx-bake cache gc`. */
export type CacheGcCall = Call<typeof cacheGcOptions>;
/** The call of `stx-bake cache verify`. */
export type CacheVerifyCall = Call<typeof cacheVerifyOptions>;
/** The call of `stx-bake cache stats`. */
export type CacheStatsCall = Call<typeof cacheStatsOptions>;
/** The call of `stx-bake cache unpin`. */
export type CacheUnpinCall = Call<typeof cacheUnpinOptions>;
