import { writeFile } from 'node:fs/promises';
import { StxError } from '../../base/stx-error.ts';
import type { TaskContext, TaskProduct } from '../builtin-task.ts';
import { sourceDigest } from '../source-digest.ts';
import { requiredVariable } from '../task-variable.ts';
import { revisionNumber } from './revision-store.ts';

/**
 * Built-in task `source-revision`: writes `.N+dDIGEST` to SOURCE_REVISION_FILE, where N is the number that belongs to the
 * content of S, from 1 on (`revisionNumber`).
 */
export async function run({ order, log }: TaskContext): Promise<TaskProduct> {
  const value = (name: string): string => (order.variables[name] ?? '').trim();
  const policy = value('REVISION_POLICY') || 'content';
  if (policy !== 'content' && policy !== 'monotonic') {
    throw StxError.of('invalid-value', `\`REVISION_POLICY\` cannot be \`${policy}\``, {
      setting: { variable: 'REVISION_POLICY' },
      help: 'it is `content` or `monotonic`',
    });
  }
  const path = requiredVariable(order, 'SOURCE_REVISION_FILE');
  const digest = await sourceDigest(requiredVariable(order, 'S'));
  const system = ['DISTRO', 'DISTRO_CODENAME', 'TARGET_ARCH'].map(value).filter((each) => each !== '');
  const key = {
    system: system.join('-') || 'any',
    recipe: value('PN'),
    version: `${value('PV')}${value('VERSION_SUFFIX')}`,
  };
  const number = await revisionNumber(requiredVariable(order, 'REVISION_DIR'), key, { digest, policy });
  const text = `.${number + 1}+d${digest.slice(0, 8)}`;
  await writeFile(path, text);
  log(`${value('PN')}: ${text} for content ${digest.slice(0, 16)}`);
  return { artifacts: [{ path }] };
}
