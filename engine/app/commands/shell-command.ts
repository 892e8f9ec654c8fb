import { spawn } from 'node:child_process';
import type { TaskSignature } from '../../base/brands.ts';
import { StxError } from '../../base/stx-error.ts';
import { makeTaskOrder } from '../../runqueue/make-task-order.ts';
import { describeTasks } from '../../signatures/describe-tasks.ts';
import { parseTarget } from '../../taskgraph/parse-target.ts';
import { type TaskShell, taskShell } from '../../worker/task-shell.ts';
import type { CommonCall } from '../command-line/command-options.ts';
import { describePorts } from '../describe-ports.ts';
import { loadMetadata } from '../load-metadata.ts';
import { targetGraph } from '../target-graph.ts';

/** `stx-bake shell TARGET:TASK [COMMAND...]`: a shell, or one command, in the sandbox of a task; builds nothing. */
export async function shellCommand(options: CommonCall): Promise<number> {
  const [word = '', ...command] = options.words;
  const { workspace, base } = await loadMetadata(options);
  const target = parseTarget(word);
  const selection = { task: undefined, runAll: [], runOnly: [], keepGoing: false };
  const graph = targetGraph(workspace, [target], selection);
  const [key, second] = graph.targets;
  if (key === undefined || second !== undefined) {
    throw StxError.of('bad-argument', `\`${word}\` is not one task`, {
      help: 'name one, as in `stx-bake shell zlib:compile`',
    });
  }
  const described = await describeTasks(graph, describePorts(base, new Set()));
  const order = makeTaskOrder(key, described, {
    withEnvironment: true,
    signature: '' as TaskSignature,
    restore: undefined,
    dependencyDigests: {},
  });
  const { datastore } = graph.task(key).recipe;
  const workDirectory = datastore.get('WORKDIR') ?? order.cwd;
  const shell = taskShell({ order, workDirectory, command, terminal: process.env['TERM'] });
  if (command.length === 0) greet(key, shell);
  return run(shell);
}

function greet(key: string, { script }: TaskShell): void {
  const hint = script === undefined ? '' : `; its script is ${script}`;
  process.stderr.write(`stx-bake: this is where ${key} runs${hint}; \`exit\` leaves\n`);
}

/** Runs it on this process's own streams; its exit code is ours. */
async function run({ command, args, cwd, environment }: TaskShell): Promise<number> {
  const child = spawn(command, args, { cwd, env: environment, stdio: 'inherit' });
  // Ctrl-C is for the program in the shell.
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', (error: NodeJS.ErrnoException) => {
    const help = 'install the package that has it (`bubblewrap`, `util-linux`)';
    if (error.code !== 'ENOENT') return reject(error);
    const missing = `the program \`${command}\` that runs tasks in a sandbox is missing`;
    reject(StxError.of('sandbox-unavailable', missing, { origin: 'environment', help }));
  });
  child.once('close', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? 137 : 143)));
  try {
    return await promise;
  } finally {
    process.off('SIGINT', ignore);
  }
}
