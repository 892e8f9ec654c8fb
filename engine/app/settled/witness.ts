import type { FileReader } from '../../base/file-reader.ts';
import type { Artifact } from '../../messages/task-outcome.ts';
import type { WorkspaceOptions } from '../../metadata/load-workspace.ts';
import type { PlanInputs } from '../../plan/resolve-tasks.ts';

/** Names a source and the folders in it that do not count. */
export function digestKey(path: string, leftOut: readonly string[] = []): string {
  return [path, ...leftOut].join('\n');
}

/** Watches what a call asks the file system, so that a later one can see whether the answers still hold. */
export class Witness {
  /** Path -> whether something was there; undefined when that was not told. Links are followed. */
  readonly files = new Map<string, boolean | undefined>();
  readonly links = new Set<string>();
  readonly kinds = new Map<string, string>();
  /** What was looked at for the digest of a source, by `digestKey`; it is not among the others. */
  readonly digests = new Map<string, Witness>();
  /** Lock files that records were taken from. */
  readonly locks = new Set<string>();
  #isBlind = false;

  /** Something was looked at that was not told here. */
  get isBlind(): boolean {
    return this.#isBlind;
  }

  /** Something is asked that no file of this machine answers. */
  lookElsewhere(): void {
    this.#isBlind = true;
  }

  /** Content or names at a path were looked at. */
  sawFile(path: string, isThere?: boolean): void {
    this.files.set(path, isThere ?? this.files.get(path));
  }

  /** What lies at the path itself was looked at. */
  sawLink(path: string): void {
    this.links.add(path);
  }

  /** A witness of the same call for what the digest of one source is made from. */
  forDigest(path: string, leftOut: readonly string[]): Witness {
    const own = new Witness();
    this.digests.set(digestKey(path, leftOut), own);
    return own;
  }

  /** This one together with those of digests and lock files. */
  withDigests(): Pick<Witness, 'files' | 'links' | 'kinds'> {
    const files = new Map(this.files);
    const links = new Set(this.links);
    for (const own of this.digests.values()) {
      for (const [path, isThere] of own.files) files.set(path, isThere ?? files.get(path));
      for (const path of own.links) links.add(path);
    }
    for (const path of this.locks) files.set(path, true);
    return { files, links, kinds: this.kinds };
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
