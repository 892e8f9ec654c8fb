import type { FileReader } from '../../base/file-reader.ts';
import type { Artifact } from '../../messages/task-outcome.ts';
import type { WorkspaceOptions } from '../../metadata/load-workspace.ts';
import type { PlanInputs } from '../../plan/resolve-tasks.ts';

/** Watches what a call asks the file system, so that a later one can see whether the answers still hold. */
export class Witness {
  /** Path -> whether something was there; undefined when that was not told. Links are followed. */
  readonly files = new Map<string, boolean | undefined>();
  readonly links = new Set<string>();
  readonly kinds = new Map<string, string>();
  #isBlind = false;

  /** Something was looked at that was not told here. */
  get isBlind(): boolean {
    return this.#isBlind;
  }

  /** Content or names at a path were looked at. */
  sawFile(path: string, isThere?: boolean): void {
    this.files.set(path, isThere ?? this.files.get(path));
  }

  /** What lies at the path itself was looked at. */
  sawLink(path: string): void {
    this.links.add(path);
  }

  /** A reader that tells here what it is asked. */
  reader(files: FileReader): FileReader {
    return {
      readText: (path) => {
        const text = files.readText(path);
        this.sawFile(path, text !== undefined);
        return text;
      },
      readBytes: (path) => {
        const bytes = files.readBytes?.(path);
        this.sawFile(path, bytes !== undefined);
        return bytes;
      },
      kind: (path) => {
        const kind = files.kind(path);
        this.kinds.set(path, kind);
        return kind;
      },
      list: (path) => {
        this.sawFile(path);
        return files.list(path);
      },
    };
  }

  /** The same for all that reading metadata asks; what its threads look at is not seen. */
  reading(options: WorkspaceOptions): WorkspaceOptions {
    const { files, cache, threads } = options;
    return {
      ...options,
      files: this.reader(files),
      cache: cache && {
        ...cache,
        stamp: (path) => {
          const stamp = cache.stamp(path);
          this.sawFile(path, stamp !== undefined);
          return stamp;
        },
      },
      threads: threads && {
        ...threads,
        start: (request) => {
          this.#isBlind = true;
          return threads.start(request);
        },
      },
    };
  }
}

/** Notes whether files are there, for one plan. */
export class PresenceNotes {
  /** Path -> its size, `there` or `gone`. */
  readonly seen = new Map<string, string>();

  /** The same inputs of a plan; what they are asked is noted. */
  watching(inputs: PlanInputs): PlanInputs {
    const isPresent = (artifact: Artifact): boolean => {
      const answer = inputs.isPresent(artifact);
      const { path, sizeBytes } = artifact;
      if (sizeBytes === undefined) this.seen.set(path, answer ? 'there' : 'gone');
      // A file that has another size was noted by a task that must run.
      else if (answer) this.seen.set(path, String(sizeBytes));
      return answer;
    };
    return { ...inputs, isPresent };
  }
}
