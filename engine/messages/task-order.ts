import type { Digest } from '../base/digest.ts';
import type { TaskId } from '../base/task-id.ts';
import type { PortableDatastore } from '../datastore/portable-datastore.ts';

/** A directory that a task's result consists of. The content of `from` is captured and restored to `to`. */
export interface OutputDirectory {
  /** Where the task writes it. */
  readonly from: string;
  /** Where dependants find it; equal to `from` unless the task names both (sstate-inputdirs, sstate-outputdirs). */
  readonly to: string;
  /** What the task finds there before it runs is its own business: it is not emptied (sstate-plaindirs). */
  readonly plain?: boolean | undefined;
}

/** A direct dependency with what it hands on. */
export interface DependencyOutput {
  readonly task: TaskId;
  /** Directories of its captured output (`to`); empty when it captures nothing. */
  readonly directories: readonly string[];
}

/** A path of the host that a sandboxed task sees at `target`. */
export interface SandboxMount {
  readonly source: string;
  readonly target: string;
  readonly writable: boolean;
}

/** The world of a shell task: a root file system, what is laid over it, and nothing else. */
export interface Sandbox {
  /** Directory with the build root, seen read-only as `/`. */
  readonly root: string;
  readonly mounts: readonly SandboxMount[];
  readonly network: boolean;
  /** Fakeroot task: user 0 with a full range of ids (user namespace), may chown, mount and chroot inside. */
  readonly allIds: boolean;
  /** A line for binfmt_misc: the root is of another architecture, whose programs an emulator runs. */
  readonly emulation?: string | undefined;
  /** Host path prefix -> path inside; already applied to script, environment and cwd, not to a datastore. */
  readonly relocations: readonly { readonly from: string; readonly to: string }[];
}

/** Where a line of a generated script comes from, for backtraces in recipe coordinates. */
export interface ScriptLine {
  readonly scriptLine: number;
  readonly path: string;
  readonly line: number;
  readonly functionName: string;
}

/** Lines of a function's body that follow each other in a file; an unknown place has the empty path. */
export interface PlaceRun {
  readonly path: string;
  readonly line: number;
  readonly count: number;
}

/** Functions of a recipe of which at least one is Python: the task and those around it, with all that they may ask. */
export interface PythonWork {
  readonly kind: 'python';
  readonly prefuncs: readonly string[];
  readonly postfuncs: readonly string[];
  /** As the task sees it: OVERRIDES, BB_CURRENTTASK and so on are set. Host paths. */
  readonly datastore: PortableDatastore;
  /** Where the functions were written: name -> its body from the first line on. */
  readonly places: ReadonlyMap<string, readonly PlaceRun[]>;
  readonly sandbox: Sandbox | undefined;
  /** Folders of layers with Python modules; those that do not exist are left out by the thread. */
  readonly libraries: readonly string[];
}

/** A function of the recipe: a script, or Python. */
export type FunctionWork = Extract<TaskWork, { readonly kind: 'shell' | 'python' }>;

/** A function of [prefuncs] or [postfuncs] that runs on its own before or after the task. */
export interface FunctionStep {
  readonly name: string;
  readonly work: FunctionWork;
  /** Created before it. */
  readonly directories: readonly string[];
  /** Emptied before it. */
  readonly cleanDirectories: readonly string[];
  readonly lockFiles: readonly string[];
  /** As the function sees it. */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly progress: string | undefined;
}

/** What the thread has to do. */
export type TaskWork =
  | { readonly kind: 'builtin'; readonly builtin: string }
  | {
      readonly kind: 'shell';
      readonly script: string;
      readonly lines: readonly ScriptLine[];
      readonly sandbox: Sandbox | undefined;
    }
  | PythonWork
  /** `output`: what the plan counts on; a stored result with another one is not put in place. */
  | { readonly kind: 'restore'; readonly result: Digest; readonly output: Digest }
  /** noexec, or a task without a body. */
  | { readonly kind: 'nothing' };

/** Guards what a task empties: a path counts as lying in the closest of these directories. */
export interface EmptyingRules {
  /** Strictly below one of these a task may empty directories: TMPDIR and the build directory. */
  readonly below: readonly string[];
  /** Neither these nor what lies in them: configuration, downloads, the store, layers. */
  readonly except: readonly string[];
}

/** What goes before a task begins: whole directories, single files, what lies in a directory but for some names. */
export interface Clearing {
  readonly directories: readonly string[];
  readonly files: readonly string[];
  readonly contents?: { readonly directory: string; readonly except: readonly string[] } | undefined;
}

/** Something outside the metadata that a task is made from, with the digest that its signature holds. */
export interface ReadSource {
  readonly path: string;
  readonly digest: string;
  /** Names of folders in it that do not count. */
  readonly leftOut?: readonly string[] | undefined;
  /** A lock file, of which the records of this root count. */
  readonly lockRoot?: string | undefined;
}

/** All that a task thread may know: plain data, structured-clone safe. */
export interface TaskOrder {
  readonly task: TaskId;
  readonly work: TaskWork;
  /** Functions around work that is not Python: that brings its own. */
  readonly before?: readonly FunctionStep[] | undefined;
  readonly after?: readonly FunctionStep[] | undefined;
  /** Expanded values of the variables that the task type declares (built-in tasks), or empty. */
  readonly variables: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Created before the task; the last one is its cwd. */
  readonly directories: readonly string[];
  /** Emptied before the task. */
  readonly cleanDirectories: readonly string[];
  readonly emptying: EmptyingRules;
  readonly clearing?: Clearing | undefined;
  readonly dependencies: readonly DependencyOutput[];
  /** Looked at once more when the work is done. */
  readonly sources?: readonly ReadSource[] | undefined;
  /** Empty: the task captures nothing. */
  readonly outputs: readonly OutputDirectory[];
  /** Names the result in the action cache; absent for tasks that capture nothing. */
  readonly actionKey: string | undefined;
  /** What the result was made with: task key -> output digest or signature; recorded with a captured result. */
  readonly dependencyDigests?: Readonly<Record<string, string>> | undefined;
  /**
   * The texts whose SHA-256 are the key of the result and the base hash in it, and those of the tasks below that capture
   * nothing (JSON: hash -> text); stored with a captured result.
   */
  readonly records?: { readonly signature: string; readonly base: string; readonly below: string } | undefined;
  /** A fakeroot task: who owns what is part of its output. */
  readonly owned?: boolean | undefined;
  readonly storePath: string;
  readonly logPath: string;
  readonly umask: string | undefined;
  readonly lockFiles: readonly string[];
  /** Held together with others that share them. */
  readonly sharedLockFiles?: readonly string[] | undefined;
  readonly network: boolean;
  /** How to read from what the task prints how far it has come (varflag `progress`). */
  readonly progress?: string | undefined;
  /** A folder for temporary files on the file system of the build directory. */
  readonly temporaryDirectory: string;
}
