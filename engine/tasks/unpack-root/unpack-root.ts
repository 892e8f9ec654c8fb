import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOfFile, sha256 } from '../../base/sha256.ts';
import { StxError } from '../../base/stx-error.ts';
import { systemError } from '../../base/system-error.ts';
import type { TaskOrder } from '../../messages/task-order.ts';
import type { BuiltinTask, TaskContext } from '../builtin-task.ts';
import { runProcessGroup } from '../process-group.ts';
import { nameRoot } from '../root-store.ts';
import { requiredVariable } from '../task-variable.ts';

/**
 * Extracts the `root.tar` of a dependency, owned by whoever builds and without device nodes: the root of the sandboxes. It
 * lies in ROOTS_STORE once for all configurations with the same one; UNPACK_ROOT_DIR becomes a link to it in one step.
 */
export const run: BuiltinTask = async (context) => {
  const { order, progress, signal } = context;
  const name = requiredVariable(order, 'UNPACK_ROOT_DIR');
  const store = requiredVariable(order, 'ROOTS_STORE');
  const archive = await findArchive(order);
  progress(`unpacking ${name.split('/').at(-1)}`);
  const { hash } = await digestOfFile(archive);
  const key = sha256(`unpack-root 1\n${hash}`);
  const root = await nameRoot({ store, key, name }, (fresh) => extract(context, archive, fresh), signal);
  return { artifacts: [{ path: name }, { path: root }] };
};

async function findArchive(order: TaskOrder): Promise<string> {
  for (const { directories } of order.dependencies)
    for (const directory of directories) {
      const path = join(directory, 'root.tar');
      const found = await stat(path).catch(() => undefined);
      if (found?.isFile()) return path;
    }
  throw StxError.of('missing-input', 'no dependency of the task hands on a `root.tar`', {
    help: `let \`${order.task.task}\` depend on the task that makes the root`,
  });
}

/** The options of the user's own tar do not count, nor the umask. */
const script = 'umask 022; LC_ALL=C; export LC_ALL; unset TAR_OPTIONS; exec "$@"';

/**
 * With the host's tools: a root of 500 MB takes tar a fraction of the time that TypeScript needs. Everything is made
 * readable and writable for its owner, so that tasks can read it and a later run can remove it.
 */
async function extract(context: TaskContext, archive: string, target: string): Promise<void> {
  const excluded = ['--exclude=./dev/*', '--exclude=dev/*'];
  await runTool(context, archive, [
    ...['sh', '-c', script, 'sh', 'tar', '--extract', '--file', archive, '--directory', target],
    ...['--no-same-owner', '--delay-directory-restore', ...excluded],
  ]);
  await runTool(context, archive, ['chmod', '-R', 'u+rwX', target]);
}

async function runTool(
  context: TaskContext,
  archive: string,
  [command = '', ...args]: readonly string[],
): Promise<void> {
  let said = '';
  const end = await runProcessGroup({
    command,
    args,
    onOutput: (chunk) => {
      said = `${said}${chunk.toString()}`.slice(-4000);
      context.log(chunk.toString());
    },
    signal: context.signal,
  });
  context.signal.throwIfAborted();
  if (end.exitCode === 0) return;
  const code = /no space left|quota exceeded/i.test(said) ? 'ENOSPC' : undefined;
  const reason = new Error(said.trim() || `${command} ended with ${end.exitCode}`);
  throw systemError(Object.assign(reason, { code }), 'unpacking', archive);
}
