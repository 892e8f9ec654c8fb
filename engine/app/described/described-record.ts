import type { StoredDiagnostic } from '../../messages/stored-diagnostic.ts';
import type { LocalSource } from '../../metadata/local-files.ts';
import type { Layer } from '../../metadata/workspace.ts';
import type { SettledRecord } from '../settled/settled-record.ts';

/** What a kept graph was made for, and what all its tasks share. */
export interface KeptHead {
  readonly key: string;
  readonly buildDirectory: string;
  readonly given: string;
  /** Warnings that each call repeats. */
  readonly said: readonly StoredDiagnostic[];
  /** Making the graph said nothing, in the only configuration: then what lies below a task is the same for any targets. */
  readonly isPlain: boolean;
  /** It was checked as builds do before they begin. */
  readonly isChecked: boolean;
  /** Some recipe brings tasks for BitBake's stored results. */
  readonly hasSetscene: boolean;
  readonly defaultTask: string;
  /** Tasks by number. */
  readonly targets: readonly number[];
  /** Those that `world` stands for, when all of them are here. */
  readonly world: readonly number[] | null;
  readonly configurations: readonly KeptConfiguration[];
}

/** What questions ask of a configuration. */
export interface KeptConfiguration {
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly values: KeptValues;
}

/** Variables with their values; `null` for those that are not set. */
export type KeptValues = Readonly<Record<string, string | null>>;

/** What most questions ask of a recipe, without its plain data; numbers name texts of the record. */
export interface KeptRecipe {
  readonly configuration: string;
  readonly file: string;
  readonly variant: string;
  readonly pn: string;
  readonly packages: readonly string[];
  /** Two lists of texts each: what many recipes have in common, and what comes behind that. */
  readonly filesRead: readonly [number, number];
  readonly filesLookedFor: readonly [number, number];
  readonly values: KeptValues;
  /** `stamp-extra-info` of those of its tasks that have one. */
  readonly stampExtra: Readonly<Record<string, string>>;
  readonly localSources: readonly LocalSource[];
  readonly sourceHistory: readonly KeptEvent[];
}

/** An operation on SRC_URI with its place. */
export interface KeptEvent {
  readonly operation: string;
  readonly override?: string | undefined;
  readonly flag?: string | undefined;
  readonly value: string;
  readonly path?: string | undefined;
  readonly line?: number | undefined;
}

/** A source that tasks take in: what it gave, and what that was made from. No identities: they cannot be relied on. */
export interface KeptDigest {
  readonly path: string;
  readonly leftOut: readonly string[];
  readonly ifThere: boolean;
  readonly digest: string;
  readonly files: readonly string[] | null;
  readonly links: readonly string[] | null;
}

/** Records of a root in a lock file. */
export interface KeptLock {
  readonly path: string;
  readonly root: string;
  readonly digest: string;
  readonly files: readonly string[] | null;
}

/** What stamps and the file system were like when the tasks were planned; absent lists: they were not, or had work to do. */
export interface KeptState {
  readonly settled: Pick<SettledRecord, 'journals' | 'presence'> | null;
  /** Of the stamps that taints come from. */
  readonly journals: readonly string[];
}

/** What lies in a row of the table of tasks. */
export const column = {
  recipe: 0,
  task: 1,
  bits: 2,
  type: 3,
  body: 4,
  variables: 5,
  surroundings: 6,
  files: 7,
  locks: 8,
  outputTexts: 9,
  outputs: 10,
  identity: 11,
  taint: 12,
  output: 13,
} as const;
/** How many numbers there are for each task. */
export const columns = 14;

/** Bits of a task. */
export const bit = { nostamp: 1, noexec: 2, upToDate: 4, signed: 8 } as const;

/** Three hashes of each task lie behind each other: base, task, signature. */
export const hashBytes = 32;

/** The number that stands for no text. */
export const none = -1;

/** Variables of recipes that questions ask for. */
export const recipeVariables = [
  'STAMPS_DIR',
  'TMPDIR',
  'STAMP',
  'WORKDIR',
  'LOCK_FILE',
  'DL_DIR',
  'SRC_URI',
  'EXTERNALSRC',
];

/** Variables of configurations that questions ask for. */
export const baseVariables = [
  ...['TOPDIR', 'SSTATE_DIR', 'SSTATE_MIRRORS', 'SSTATE_PUBLISH', 'SSTATE_TOKEN_FILE', 'SSTATE_MIRROR_TIMEOUT'],
  ...['SSTATE_TRUSTED_KEYS', 'BB_NUMBER_THREADS', 'BB_SCHEDULER', 'BB_PRESSURE_MAX_CPU', 'BB_PRESSURE_MAX_IO'],
  ...['BB_PRESSURE_MAX_MEMORY', 'BB_LOADFACTOR_MAX', 'BB_DEFAULT_TASK', 'BB_NO_NETWORK', 'BB_ALLOWED_NETWORKS'],
];
