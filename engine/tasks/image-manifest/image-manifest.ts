import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lockUnreadable, parseLock } from '../../base/lock-file.ts';
import { systemError } from '../../base/system-error.ts';
import type { TaskOrder } from '../../messages/task-order.ts';
import type { BuiltinTask } from '../builtin-task.ts';
import { outputDirectory, requiredVariable } from '../task-variable.ts';
import { type FeedPackage, manifestEntries, parseInstalled } from './manifest-entries.ts';
import { manifestText } from './manifest-text.ts';

/** Built-in task `image-manifest`: `FILE.manifest` and `FILE.manifest.json` of IMAGE_FILE in its output directory. */
export const run: BuiltinTask = async ({ order, log }) => {
  const file = requiredVariable(order, 'IMAGE_FILE');
  const lockFile = requiredVariable(order, 'LOCK_FILE');
  const lockText = await readFile(lockFile, 'utf8').catch((error: unknown) => {
    throw lockUnreadable(error, lockFile);
  });
  const entries = manifestEntries(
    parseInstalled(await textOf(join(requiredVariable(order, 'ROOTFS_OUTPUT'), 'installed'))),
    {
      lock: parseLock(lockText, lockFile),
      feed: await feedPackages(join(requiredVariable(order, 'FEED_DIR'), 'packages.json')),
      feedKey: (order.variables['FEED_SIGNING_KEY'] ?? '').trim(),
    },
  );
  const about = { image: file, ...describedSystem(order), packages: entries };
  const target = join(outputDirectory(order), file);
  await writeFile(`${target}.manifest`, manifestText(file, entries));
  await writeFile(`${target}.manifest.json`, `${JSON.stringify(about, null, 2)}\n`);
  log(`${entries.length} packages, ${entries.filter((each) => each.origin === 'built').length} of them built`);
  return {};
};

function describedSystem({ variables }: TaskOrder): Readonly<Record<string, string>> {
  const names = {
    recipe: 'PN',
    distro: 'DISTRO',
    distroVersion: 'DISTRO_VERSION',
    codename: 'DISTRO_CODENAME',
    arch: 'TARGET_ARCH',
  };
  return Object.fromEntries(Object.entries(names).map(([key, name]) => [key, (variables[name] ?? '').trim()]));
}

/** Nothing of ours in the image: no list. */
async function feedPackages(path: string): Promise<readonly FeedPackage[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '[]';
    throw systemError(error, 'reading', path);
  });
  return JSON.parse(text) as FeedPackage[];
}

async function textOf(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((error: unknown) => {
    throw systemError(error, 'reading', path);
  });
}
