import { rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemError } from '../../../base/system-error.ts';
import { processMark } from '../../../net/process-mark.ts';
import type { TaskContext } from '../../builtin-task.ts';
import { runProcessGroup } from '../../process-group.ts';
import { isYes } from '../sources.ts';
import type { GitSource } from './git-source.ts';

/**
 * With BB_GENERATE_MIRROR_TARBALLS packs the mirror of a source beside it in DL_DIR, for a server of mirrors: anew when
 * something came, else only when there is none. The mirror's lock is held, or nobody changes it.
 */
export async function writeTarball(source: GitSource, isChanged: boolean, context: TaskContext): Promise<void> {
  if (!isYes(context.order.variables['BB_GENERATE_MIRROR_TARBALLS'])) return;
  const target = join(dirname(dirname(source.path)), source.tarball);
  if (!isChanged && (await stat(target).catch(() => undefined)) !== undefined) return;
  const fresh = `${target}.${processMark()}`;
  let said = '';
  try {
    const { exitCode } = await runProcessGroup({
      command: 'tar',
      args: ['--create', '--gzip', '--sort=name', '--owner=0', '--group=0', `--file=${fresh}`, '-C', source.path, '.'],
      onOutput: (chunk) => {
        said += chunk.toString();
      },
      signal: context.signal,
    });
    context.signal.throwIfAborted();
    if (exitCode !== 0) throw systemError(new Error(said.trim()), 'packing the mirror as', target);
    await rename(fresh, target);
    context.log(`packed ${source.path} as ${target}`);
  } finally {
    await rm(fresh, { force: true });
  }
}
