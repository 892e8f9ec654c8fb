import { readdirSync, readFileSync, statSync } from 'node:fs';
import { availableParallelism, hostname, machine, release, type, version } from 'node:os';
import { compareCodePoints } from '../../base/canonical-json.ts';
import { systemClock } from '../../base/clock.ts';
import type { EngineHost, HostFacts, HostFiles } from '../../python/engine-host.ts';

/** What inline code of a variable may ask when a task expands it: the files and facts of the machine, as they are now. */
export function taskHost(task: {
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly libraries: readonly string[];
}): EngineHost {
  return { files, facts: factsOf(task), libraryDirectories: task.libraries, markDependency: () => undefined };
}

const files: HostFiles = {
  kind: (path) => {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined ? 'missing' : stats.isDirectory() ? 'directory' : 'file';
  },
  list: (path) => (files.kind(path) === 'directory' ? readdirSync(path).sort(compareCodePoints) : []),
  readText: (path) => (files.kind(path) === 'file' ? readFileSync(path, 'utf8') : undefined),
};

function factsOf(task: { readonly environment: Readonly<Record<string, string>>; readonly cwd: string }): HostFacts {
  return {
    processors: availableParallelism(),
    now: systemClock.nowMs() / 1000,
    processId: process.pid,
    userId: process.getuid?.(),
    groupId: process.getgid?.(),
    uname: [type(), hostname(), release(), version(), machine()],
    environment: new Map(Object.entries(task.environment)),
    directory: task.cwd,
  };
}
