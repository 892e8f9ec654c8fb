import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StxError } from '../base/stx-error.ts';
import { systemError } from '../base/system-error.ts';

/** The checkout that this program is part of. */
export const projectDirectory = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** The build directory of a call: the named one, the current folder if it is one, else `build` in the checkout. */
export function findBuildDirectory(named: string | undefined, currentDirectory: string): string {
  if (named !== undefined) return resolve(currentDirectory, named);
  if (existsSync(join(currentDirectory, 'conf', 'bblayers.conf'))) return currentDirectory;
  return join(projectDirectory, 'build');
}

/**
 * Makes what is missing of a build directory's conf/ from conf/templates; `##STX_DIR##` becomes the checkout's path.
 * Returns the files it made.
 */
export function prepareBuildDirectory(directory: string): readonly string[] {
  for (const path of [projectDirectory, directory]) refuseBlanks(path);
  const templates = join(projectDirectory, 'conf', 'templates');
  const made: string[] = [];
  try {
    mkdirSync(join(directory, 'conf'), { recursive: true });
    for (const name of readdirSync(templates).filter((each) => each.endsWith('.conf'))) {
      const target = join(directory, 'conf', name);
      if (existsSync(target)) continue;
      const text = readFileSync(join(templates, name), 'utf8').replaceAll('##STX_DIR##', projectDirectory);
      writeFileSync(`${target}.new`, text);
      renameSync(`${target}.new`, target);
      made.push(target);
    }
  } catch (error) {
    throw systemError(error, 'preparing the build directory', directory);
  }
  return made;
}

/** Lists of paths in the recipe language are separated by blanks. Throws StxError `path-with-blank`. */
function refuseBlanks(path: string): void {
  if (!/[\s:"'$]/.test(path)) return;
  throw StxError.of(
    'path-with-blank',
    `\`${path}\` holds a blank or one of : " ' $, which separate words in configuration files`,
    {
      origin: 'environment',
      help: 'use a checkout and a build directory (--build-dir) whose paths have none of these',
    },
  );
}
