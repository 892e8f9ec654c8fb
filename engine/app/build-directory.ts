import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StxError } from '../base/stx-error.ts';
import { systemError } from '../base/system-error.ts';
import type { BaseConfiguration } from '../metadata/workspace.ts';

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
    throw notWritable(error, directory);
  }
  return made;
}

/** Throws StxError `system-failure` unless this user may write in the build directory. */
export function requireWritable(directory: string): void {
  try {
    accessSync(directory, constants.W_OK);
  } catch (error) {
    throw notWritable(error, directory);
  }
}

function notWritable(error: unknown, directory: string): StxError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (!['EACCES', 'EPERM', 'EROFS'].includes(code))
    return systemError(error, 'preparing the build directory', directory);
  return StxError.of('system-failure', `the build directory \`${directory}\` cannot be written: ${message}`, {
    origin: 'environment',
    cause: error,
    help: 'name one of your own with --build-dir DIR',
  });
}

const directoryVariables = ['TMPDIR', 'DL_DIR', 'SSTATE_DIR', 'DEPLOY_DIR'];

/** Checks the directories that a configuration names. Throws StxError `path-with-blank` or `relative-path`. */
export function checkDirectories({ datastore }: BaseConfiguration): void {
  for (const name of directoryVariables) {
    const path = datastore.get(name);
    if (path === undefined) continue;
    const more = { span: datastore.definition(name), help: `set \`${name}\` to an absolute path without blanks` };
    if (separators.test(path))
      throw StxError.of('path-with-blank', `\`${name}\` is \`${path}\`, which holds ${separatorText}`, more);
    if (!isAbsolute(path) || resolve(path) === '/')
      throw StxError.of('relative-path', `\`${name}\` is \`${path}\`, not the absolute path of a directory`, more);
  }
}

const separators = /[\s:"'$]/;
const separatorText = `a blank or one of : " ' $, which separate words in configuration files`;

/** Lists of paths in the recipe language are separated by blanks. Throws StxError `path-with-blank`. */
function refuseBlanks(path: string): void {
  if (!separators.test(path)) return;
  throw StxError.of('path-with-blank', `\`${path}\` holds ${separatorText}`, {
    origin: 'environment',
    help: 'use a checkout and a build directory (--build-dir) whose paths have none of these',
  });
}
