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
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StxError } from '../base/stx-error.ts';
import { systemError } from '../base/system-error.ts';
import type { BaseConfiguration } from '../metadata/workspace.ts';

/** The checkout that this program is part of. */
export const projectDirectory = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/**
 * The build directory of a call: the named one, the current folder if it is one, else `build` in the checkout. Throws
 * StxError `bad-option` when the name is empty or the root of the file system.
 */
export function findBuildDirectory(named: string | undefined, currentDirectory: string): string {
  if (named !== undefined) {
    const path = resolve(currentDirectory, named);
    if (named.trim() !== '' && path !== '/') return path;
    const help = 'name a folder of its own: it is filled with downloads and results';
    throw StxError.of('bad-option', `\`--build-dir\` cannot be \`${named}\``, { help });
  }
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
    makeDirectories(join(directory, 'conf'));
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

/** One folder after the other: Node's recursive mkdir does not end below folders that refuse any name, such as /proc. */
function makeDirectories(path: string): void {
  if (existsSync(path)) return;
  makeDirectories(dirname(path));
  mkdirSync(path);
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
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOENT'].includes(code))
    return systemError(error, 'preparing the build directory', directory);
  return StxError.of('system-failure', `the build directory \`${directory}\` cannot be written: ${message}`, {
    origin: 'environment',
    cause: error,
    help: 'name one of your own with --build-dir DIR',
  });
}

/** Variables of a configuration that name directories of the build. */
export const directoryVariables = ['TMPDIR', 'DL_DIR', 'SSTATE_DIR', 'DEPLOY_DIR'];

/** Checks the directories that a configuration names. Throws StxError `path-with-blank` or `relative-path`. */
export function checkDirectories(base: BaseConfiguration): void {
  for (const name of directoryVariables) {
    const path = base.value(name);
    if (path === undefined || (!separators.test(path) && isAbsolute(path) && resolve(path) !== '/')) continue;
    const span = base.datastore.definition(name);
    const more = { span, help: `set \`${name}\` to an absolute path without blanks` };
    if (separators.test(path))
      throw StxError.of('path-with-blank', `\`${name}\` is \`${path}\`, which holds ${separatorText}`, more);
    if (!isAbsolute(path) || resolve(path) === '/')
      throw StxError.of('relative-path', `\`${name}\` is \`${path}\`, not the absolute path of a directory`, more);
  }
}

const separators = /[\s:"'$`\\[\]*?{}]/;
const separatorText = `a blank or one of : " ' $ \` \\ [ ] * ? { }, which mean something in configuration files or scripts`;

/** Lists of paths in the recipe language are separated by blanks. Throws StxError `path-with-blank`. */
export function refuseBlanks(path: string): void {
  if (!separators.test(path)) return;
  throw StxError.of('path-with-blank', `\`${path}\` holds ${separatorText}`, {
    origin: 'environment',
    help: 'use a checkout and a build directory (--build-dir) whose paths have none of these',
  });
}
