import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox, SandboxMount, TaskOrder, TaskWork } from '../../engine/messages/task-order.ts';

/** An order of recipe `r`, task `do_x`, with everything below `directory`. */
export function orderIn(directory: string, work: TaskWork, over: Partial<TaskOrder> = {}): TaskOrder {
  return {
    task: { configuration: '', recipe: 'r', task: 'do_x' },
    work,
    variables: {},
    cwd: join(directory, 'work'),
    environment: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    directories: [],
    cleanDirectories: [],
    emptying: { below: [directory], except: [] },
    dependencies: [],
    outputs: [],
    actionKey: undefined,
    storePath: join(directory, 'store'),
    logPath: join(directory, 'temp/log.do_x'),
    umask: '022',
    lockFiles: [],
    network: false,
    temporaryDirectory: directory,
    ...over,
  };
}

/** A shell task without a sandbox. */
export function shellWork(script: string, sandbox?: Sandbox): Extract<TaskWork, { kind: 'shell' }> {
  return { kind: 'shell', script: `set -e\n${script}\n`, lines: [], sandbox };
}

/** A root that borrows the programs of the host but has an /etc of its own; work at `DIRECTORY/work` is writable. */
export function borrowedRoot(directory: string, over: Partial<Sandbox> & { mounts?: SandboxMount[] } = {}): Sandbox {
  const root = join(directory, 'root');
  mkdirSync(join(root, 'etc'), { recursive: true });
  mkdirSync(join(root, 'usr'), { recursive: true });
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(root, name));
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:of the build root:/:/bin/sh\n');
  const work = join(directory, 'work');
  const { mounts = [], ...rest } = over;
  return {
    root,
    mounts: [
      { source: '/usr', target: '/usr', writable: false },
      { source: work, target: work, writable: true },
      ...mounts,
    ],
    network: false,
    allIds: false,
    relocations: [],
    ...rest,
  };
}
